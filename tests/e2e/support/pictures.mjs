// The photos to upload: real ones when they are there, else fixtures made distinct, written to a folder.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { distinct, fixture } from '../../api/support/pictures.mjs';
import { shared } from '../../api/support/server.mjs';

const realFolders = ['camera_traps', 'damage', 'anomaly/casting'];
const largest = 1 << 20; // bytes of a real photo taken here: many photos, not many megabytes

function realPhotos(count) {
  const found = [];
  for (const folder of realFolders) {
    const start = join(shared, 'data', folder);
    if (!existsSync(start)) continue;
    for (const name of readdirSync(start, { recursive: true }).sort()) {
      const path = join(start, String(name));
      if (/(?<!truncated_file)\.jpe?g$/i.test(path) && statSync(path).size < largest) found.push(path);
    }
  }
  return found.slice(0, count);
}

// The eight orientations come first; their upright quarters are red, green, blue and white.
export async function photosToUpload(count) {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-e2e-'));
  const paths = [];
  for (let i = 1; i <= 8; i += 1) {
    paths.push(join(folder, `orientation_${i}.jpg`));
    await writeFile(paths.at(-1), fixture(`orientation_${i}.jpg`));
  }
  paths.push(...realPhotos(count - paths.length));
  if (paths.length < count) console.log(`ONLY ${paths.length - 8} REAL PHOTOS under ${shared}: fixtures stand in for the rest`);
  for (let i = 0; paths.length < count; i += 1) {
    paths.push(join(folder, `stand-in_${i}.jpg`));
    await writeFile(paths.at(-1), distinct(fixture(`orientation_${(i % 8) + 1}.jpg`), `stand-in ${i}`));
  }
  return { folder, paths };
}
