// Tells how much a browser loads, gzipped, before each page stands: the shell, the entry, the page, and what these import
// from the start. Fails above the limit.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const limit = 300_000; // bytes

const chunks = JSON.parse(await readFile(join(dist, '.vite', 'manifest.json'), 'utf8'));
const html = await readFile(join(dist, 'index.html'), 'utf8');
const shell = ['index.html', ...[...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1])];

function filesOf(name, seen = new Set()) {
  if (seen.has(name)) return [];
  seen.add(name);
  const { file, css = [], imports = [] } = chunks[name];
  return [file, ...css, ...imports.flatMap((one) => filesOf(one, seen))];
}

async function sizeOf(files) {
  const sizes = [...new Set(files)].map(async (file) => gzipSync(await readFile(join(dist, file)), { level: 9 }).length);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

const views = { 'the sign-in': shell };
for (const name of Object.keys(chunks).filter((one) => one.startsWith('src/pages/') && chunks[one].isDynamicEntry)) {
  views[name.replace('src/pages/', '')] = [...shell, ...filesOf(name)];
}
for (const [name, files] of Object.entries(views)) {
  const size = await sizeOf(files);
  console.log(`first view of ${name}: ${(size / 1000).toFixed(1)} kB gzipped`);
  if (size <= limit) continue;
  console.error(`  the limit is ${limit / 1000} kB`);
  process.exitCode = 1;
}
