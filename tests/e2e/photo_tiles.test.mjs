// Looking closely at photos that a browser does not show by itself: the server cuts them into tiles.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { stripes } from '../api/support/rasters.mjs';
import { shared, startServer } from '../api/support/server.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { launch, openPage, overflowOf, screenshot } from './support/browser.mjs';
import { signInTo } from './support/sign_in.mjs';

let server;
let browser;
let olga;
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator'); // or else the first run is not over
  olga = await server.as('operator', 'olga');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const open = (page, path) => signInTo(page, path, 'olga');
const inState = (page, ...states) => page.waitForFunction((wanted) => wanted.includes(document.querySelector('.stage')?.dataset.state), states);

// Addresses of the tiles that came.
function collectTiles(page) {
  const tiles = [];
  page.on('response', (answer) => {
    const found = /\/tiles\/(\d+)\/(\d+)\/(\d+)\?rotation=(\d+)$/.exec(answer.url());
    if (found && answer.status() === 200) tiles.push({ level: Number(found[1]), rotation: Number(found[4]) });
  });
  return tiles;
}

// From the darkest to the brightest in a row of pixels in the middle of the stage, or in a column, 0 … 255: little where
// stripes of a pixel's width are shrunk, and a lot where they are not.
const contrast = (page, isRow) =>
  page.evaluate((along) => {
    const canvas = document.querySelector('.stage__zoom canvas');
    const side = 64;
    const { data } = canvas.getContext('2d').getImageData(canvas.width / 2 - side / 2, canvas.height / 2 - side / 2, side, side);
    const blue = (index, line) => data[(along ? line * side + index : index * side + line) * 4 + 2];
    let sum = 0;
    for (let line = 0; line < side; line += 1) {
      const values = Array.from({ length: side }, (_, index) => blue(index, line));
      sum += Math.max(...values) - Math.min(...values);
    }
    return sum / side;
  }, isRow);

async function zoomIn(page, times) {
  for (let time = 0; time < times; time += 1) await page.keyboard.press('+');
}

// In a job, where display images are smaller.
async function newJobPhoto(bytes) {
  const job = (await olga.newJob()).id;
  const { body } = await olga.addToJob(job, bytes);
  return (await olga.get(`/api/v1/images/photos/${body.id}`)).body;
}

for (const screen of ['desktop', 'phone']) {
  test(`a TIFF is zoomed to its own pixels, upright and turned, ${screen}`, async () => {
    const photo = await newJobPhoto(stripes(2600, 1800, screen.length));
    const { page, context, troubles } = await openPage(browser, server.base, screen);
    const tiles = collectTiles(page);
    await open(page, `/photo/${photo.id}`);
    await inState(page, 'drawn');
    assert.equal(tiles.length, 0, 'the display image is enough for the whole picture');
    const shrunk = await contrast(page, true);
    assert.ok(shrunk < 100, `shrunk stripes: ${shrunk}`);
    await zoomIn(page, 8);
    await inState(page, 'sharp');
    await page.waitForFunction(() => !document.querySelector('.stage__note'));
    assert.ok(tiles.some(({ level }) => level === 3), 'tiles of the full resolution came');
    const [across, down] = [await contrast(page, true), await contrast(page, false)];
    assert.ok(across > 180 && down < 60, `stripes of one pixel: ${across} across, ${down} down`);
    await screenshot(page, `tiles-tiff-${screen}`);
    await assertAccessible(page);
    assert.equal(await overflowOf(page), 0);
    // Turned, the stripes lie down, and the tiles are others.
    await olga.patch(`/api/v1/images/photos/${photo.id}`, { rotation: 90 });
    await page.reload();
    await inState(page, 'drawn');
    await zoomIn(page, 8);
    await inState(page, 'sharp');
    assert.ok(tiles.some(({ level, rotation }) => level === 3 && rotation === 90));
    const turned = [await contrast(page, true), await contrast(page, false)];
    assert.ok(turned[0] < 60 && turned[1] > 180, `lying stripes: ${turned}`);
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('a HEIC is zoomed to its own pixels', async () => {
  const real = join(shared, 'data', 'exif', 'metadata_extractor', 'heic__cheers_1440x960.heic');
  if (!existsSync(real)) {
    console.log(`NO HEIC at ${real}: zooming into one is not looked at`);
    return;
  }
  const photo = await newJobPhoto(readFileSync(real));
  assert.ok(photo.width > photo.display_width);
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  const tiles = collectTiles(page);
  await open(page, `/photo/${photo.id}`);
  await inState(page, 'drawn');
  await zoomIn(page, 8);
  await inState(page, 'sharp');
  assert.ok(tiles.some(({ level }) => level === 2), 'tiles of the full resolution came');
  await screenshot(page, 'tiles-heic');
  await assertAccessible(page);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a photo whose original is lost says why it gets no sharper', async () => {
  const photo = await newJobPhoto(stripes(1500, 1200, 77));
  const files = readdirSync(join(server.data, 'images'), { recursive: true }).map((name) => join(server.data, 'images', name));
  const stem = photo.filename.replace('.jpg', '');
  for (const name of files) if (name.includes('originals') && name.includes(stem) && !name.endsWith('.json') && statSync(name).isFile()) rmSync(name);
  const { page, context, troubles } = await openPage(browser, server.base, 'phone');
  await open(page, `/photo/${photo.id}`);
  await inState(page, 'drawn');
  await zoomIn(page, 8);
  await page.getByText('The original of this photo is lost').waitFor();
  await screenshot(page, 'tiles-lost-phone');
  await assertAccessible(page);
  assert.deepEqual(troubles.filter((trouble) => !trouble.includes('410') && !trouble.includes('tiles')), []);
  await context.close();
});
