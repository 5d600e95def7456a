// Makes the sample pictures of web/public/samples from the photos they come from: smaller, with the time and place that
// the sample job wants of them, and nothing else of the file. Needs Chromium and the packages of tests/.
//   node tools/make_samples.mjs FOLDER_OF_TEST_PHOTOS
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withExif } from '../tests/api/support/exif.mjs';
import { launch } from '../tests/e2e/support/browser.mjs';

const target = join(dirname(fileURLToPath(import.meta.url)), '..', 'web', 'public', 'samples');
const source = process.argv[2];
const widest = 880; // pixels
const quality = 0.66;

// Time of the camera's clock, latitude, longitude.
const pictures = [
  ['road-edge.jpg', 'damage/road/pothole/1045837_DF_060_060BDF0030_00575.jpg', '2026:03:02 08:41:10', -15.8121, -47.9702],
  ['road-patch.jpg', 'damage/road/pothole/1047314_DF_060_060BDF0030_03296.jpg', '2026:03:02 08:52:37', -15.8204, -47.9581],
  ['road-cracks.jpg', 'damage/road/crack/1081492_DF_080_080BDF0070_00299.jpg', '2026:03:02 09:20:05', -15.8342, -47.9415],
  ['meter-spring.jpg', 'meter/water_meter_full/wm_05_07a487b5.jpg', '2026:03:09 10:02:00', -15.7951, -47.8922],
  ['meter-autumn.jpg', 'meter/water_meter_full/wm_10_221e8279.jpg', '2026:09:14 10:11:00', -15.7951, -47.8922],
  ['turbine-hub.jpg', 'damage/wind_turbine/damage/06d9d033f323.jpg', '2026:05:19 13:30:42', -15.7634, -47.8205],
  ['turbine-flange.jpg', 'damage/wind_turbine/damage/0ab82d85783a.jpg', '2026:05:19 13:34:18', -15.7634, -47.8205],
  ['turbine-blade.jpg', 'damage/wind_turbine/damage/16f2087e2c23.jpg', '2026:05:19 13:41:55', -15.7637, -47.8209],
  ['field-track.jpg', 'large_photos/IMG_0446.jpg', '2026:06:04 15:37:29', -15.7802, -47.8451],
];

async function shrink(page, bytes) {
  const url = await page.evaluate(
    async ([base64, widest, quality]) => {
      const image = await createImageBitmap(await (await fetch(`data:image/jpeg;base64,${base64}`)).blob());
      const scale = Math.min(1, widest / Math.max(image.width, image.height));
      const canvas = document.createElement('canvas');
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      const context = canvas.getContext('2d');
      context.imageSmoothingQuality = 'high';
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      return canvas.toDataURL('image/jpeg', quality);
    },
    [bytes.toString('base64'), widest, quality],
  );
  return Buffer.from(url.split(',')[1], 'base64');
}

if (!source) throw new Error('name the folder of the test photos');
mkdirSync(target, { recursive: true });
const browser = await launch();
const page = await browser.newPage();
let total = 0;
for (const [name, from, time, latitude, longitude] of pictures) {
  const jpeg = await shrink(page, readFileSync(join(source, from)));
  const whole = withExif(jpeg, { camera: { 0x9003: time, 0x9011: '-03:00' }, position: { latitude, longitude } });
  writeFileSync(join(target, name), whole);
  total += whole.length;
}
await browser.close();
console.log(`${pictures.length} pictures, ${Math.round(total / 1000)} kB`);
