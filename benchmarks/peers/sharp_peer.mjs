// sharp's best case: shrink on load, no cache, one thread, the thumbnail from the display image's pixels.
// Usage: sharp_peer.mjs COUNT FILE
import { readFileSync } from 'node:fs';
import sharp from 'sharp';

sharp.cache(false);
sharp.concurrency(1);
const [count, path] = [Number(process.argv[2]), process.argv[3]];
for (let i = 0; i < count; i += 1) {
  const bytes = readFileSync(path);
  const { data, info } = await sharp(bytes)
    .rotate()
    .resize(1024, 1024, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  await sharp(data, { raw }).jpeg({ quality: 85 }).toBuffer();
  await sharp(data, { raw }).resize(300, 300, { fit: 'inside' }).jpeg({ quality: 70 }).toBuffer();
}
