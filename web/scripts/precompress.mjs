// Writes a .gz beside every text file worth compressing, so that the server never compresses them itself.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const kinds = new Set(['.js', '.css', '.html', '.json', '.svg', '.webmanifest']);
const smallest = 1024; // bytes; below this the header eats the gain

for (const name of await readdir(dist, { recursive: true })) {
  const path = join(dist, name);
  if (!kinds.has(extname(path)) || (await stat(path)).size < smallest) continue;
  await writeFile(`${path}.gz`, await promisify(gzip)(await readFile(path), { level: 9 }));
}
