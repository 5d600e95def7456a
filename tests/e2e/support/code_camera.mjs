// A browser whose camera sees a QR code: a picture of one, made by the library that the pages read it with, as a video.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../../api/support/server.mjs';

const require = createRequire(join(root, 'web', 'package.json'));

export async function videoOfCode(code, folder) {
  const { prepareZXingModule, writeBarcode } = require('zxing-wasm/writer');
  const file = await readFile(require.resolve('zxing-wasm/writer/zxing_writer.wasm'));
  prepareZXingModule({ overrides: { wasmBinary: file.buffer.slice(file.byteOffset, file.byteOffset + file.length) } });
  const { image, error } = await writeBarcode(code, { format: 'QRCode', scale: 8 });
  if (!image) throw new Error(error);
  const picture = join(folder, 'code.png');
  const video = join(folder, 'code.mjpeg');
  await writeFile(picture, Buffer.from(await image.arrayBuffer()));
  const filter = 'pad=640:480:(ow-iw)/2:(oh-ih)/2:color=gray';
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-loop', '1', '-i', picture, '-vf', filter, '-frames:v', '10', '-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-q:v', '2', video]);
  return video;
}

// For launch(): the camera is there; who may use it is asked as ever.
export const cameraFlags = (video) => ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${video}`];
