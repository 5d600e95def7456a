// Writes dist/service-worker.js: service_worker/worker.js with the list of the built files and a version made of them.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(web, 'dist');
const kept = /\.(js|css|svg|png|woff2)$/;

const files = (await readdir(join(dist, 'assets'))).filter((name) => kept.test(name)).sort().map((name) => `/assets/${name}`);
const worker = await readFile(join(web, 'service_worker', 'worker.js'), 'utf8');
const hash = createHash('sha256').update(worker);
for (const path of ['/index.html', ...files]) hash.update(path).update(await readFile(join(dist, path)));
const version = hash.digest('hex').slice(0, 16);
await writeFile(join(dist, 'service-worker.js'), `const version = '${version}';\nconst files = ${JSON.stringify(files)};\n${worker}`);
