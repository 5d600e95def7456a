// Writes dist/assets/begin-<hash>.js, the theme's script and begin/begin.js with the files that each page needs, and names
// it in the shell in the place of the theme's script.
import { createHash } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(web, 'dist');
const chunks = JSON.parse(await readFile(join(dist, '.vite', 'manifest.json'), 'utf8'));

// What the entry brings by itself is in the shell.
function filesOf(name, seen = new Set(['index.html'])) {
  if (seen.has(name)) return [];
  seen.add(name);
  const { file, css = [], imports = [] } = chunks[name];
  return [file, ...css, ...imports.flatMap((one) => filesOf(one, seen))].map((one) => (one.startsWith('/') ? one : `/${one}`));
}

const begin = await readFile(join(web, 'begin', 'begin.js'), 'utf8');
const files = { words: filesOf('src/strings/de/index.ts') };
for (const [, page] of begin.matchAll(/'(\w+Page)'/g)) {
  await access(join(web, 'src', 'pages', `${page}.vue`));
  // By name: a page of which others import a part is in the manifest by that alone, and a small one is part of the entry.
  const chunk = Object.keys(chunks).find((key) => chunks[key].name === page && chunks[key].file.endsWith('.js'));
  files[page] = chunk ? filesOf(chunk) : [];
}

const theme = await readFile(join(dist, 'assets', 'theme-1.js'), 'utf8');
const script = `${theme}var files = ${JSON.stringify(files)};\n${begin}`;
const name = `begin-${createHash('sha256').update(script).digest('hex').slice(0, 8)}.js`;
await writeFile(join(dist, 'assets', name), script);
const html = await readFile(join(dist, 'index.html'), 'utf8');
if (!html.includes('/assets/theme-1.js')) throw new Error('the shell does not name the theme\'s script');
await writeFile(join(dist, 'index.html'), html.replace('/assets/theme-1.js', `/assets/${name}`));
