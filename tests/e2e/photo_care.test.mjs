// Turning photos, finding their copies, and seeing that one is lost.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { distinct, fixture, jpegSize } from '../api/support/pictures.mjs';
import { shared, startServer } from '../api/support/server.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { launch, looks, openPage, screenshot } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button, drawn } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

const list = '/api/v1/images/photos';
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

const open = (page, path, name = 'olga') => signInTo(page, path, name);
const still = (page, query) => page.locator(`.stage__still[src$="${query}"]`).waitFor();

for (const { screen, colorScheme } of looks) {
  test(`a photo is turned by its button, ${screen}, ${colorScheme}`, async () => {
    const { id } = await olga.newPhoto(distinct(fixture('large.jpg'), `turned ${screen} ${colorScheme}`), { description: 'Valve' });
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await open(page, `/photo/${id}`);
    await drawn(page);
    await button(page, 'Turn right').click();
    await still(page, '/display?rotation=90');
    await drawn(page);
    const { body } = await olga.get(`${list}/${id}`);
    assert.equal(body.rotation, 90);
    await check(page, troubles, `care-turned-${screen}-${colorScheme}`);
    await context.close();
  });
}

test('R and Shift R turn as often as they are pressed, and zooming goes to the original’s pixels', async () => {
  // Larger than its display image, so that there is something to zoom to.
  const real = join(shared, 'data', 'large_photos', 'Nikon_D90.jpg');
  if (!existsSync(real)) console.log(`NO REAL PHOTO at ${real}: zooming to the original is not looked at`);
  const { id } = await olga.newPhoto(existsSync(real) ? readFileSync(real) : distinct(fixture('large.jpg'), 'keys'), { description: 'Keys' });
  const upright = (await olga.get(`${list}/${id}`)).body;
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await open(page, `/photo/${id}`);
  await drawn(page);
  await button(page, 'Information').click();
  for (const key of ['r', 'r', 'r']) await page.keyboard.press(key);
  await still(page, '/display?rotation=270');
  await page.getByText('Changed: rotation').first().waitFor();
  await page.keyboard.press('Shift+R');
  await still(page, '/display?rotation=180');
  await page.keyboard.press('Shift+R');
  await still(page, '/display?rotation=90');
  await drawn(page);
  for (let i = 0; i < 5; i += 1) await page.keyboard.press('+');
  if (upright.width > upright.display_width) await page.waitForFunction(() => document.querySelector('.stage').dataset.state === 'sharp');
  await screenshot(page, 'care-turned-zoomed');
  assert.deepEqual(jpegSize((await olga.get(`${list}/${id}/original`)).bytes), { width: upright.width, height: upright.height });
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a viewer is offered no turning', async () => {
  const { id } = await olga.newPhoto(distinct(fixture('plain.jpg'), 'viewer'), {});
  server.addUser('vera', 'viewer');
  const { page, context } = await openPage(browser, server.base, 'desktop');
  await open(page, `/photo/${id}`, 'vera');
  await drawn(page);
  assert.equal(await button(page, 'Turn right').count(), 0);
  await page.keyboard.press('r');
  assert.equal((await olga.get(`${list}/${id}`)).body.rotation, 0);
  await context.close();
});

test('a turned photo stands turned in the grid', async () => {
  const { id } = await olga.newPhoto(distinct(fixture('orientation_8.jpg'), 'grid'), { description: 'In the grid' });
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await open(page, '/photos');
  const tile = page.locator(`[data-photo="${id}"]`);
  await tile.locator('img').waitFor();
  await tile.locator('.grid-tile__open').click();
  await drawn(page);
  await page.keyboard.press('r');
  await still(page, '/display?rotation=90');
  await page.keyboard.press('Escape');
  await tile.locator('img[src$="/thumbnail?rotation=90"].is-loaded').waitFor();
  const { width, height } = await tile.boundingBox();
  assert.ok(height > width, `${width} × ${height}`);
  assert.deepEqual(troubles, []);
  await context.close();
});

for (const screen of ['desktop', 'phone']) {
  test(`the first photo names its copies, and each leads to the other, ${screen}`, async () => {
    const bytes = distinct(fixture('plain.jpg'), `copies ${screen}`);
    const { id: first } = await olga.newPhoto(bytes, { description: 'The first' });
    const job = await olga.newJob();
    const { body: copy } = await olga.addToJob(job.id, bytes, { description: '<b>The copy</b>' });
    const { page, context, troubles } = await openPage(browser, server.base, screen);
    await open(page, `/photo/${first}`);
    await button(page, 'Information').click();
    await page.getByRole('heading', { name: 'Also uploaded as' }).scrollIntoViewIfNeeded();
    await check(page, troubles, `care-copies-${screen}`);
    await page.getByRole('link', { name: '<b>The copy</b>' }).click();
    await page.waitForURL(`**/photo/${copy.id}*`);
    await page.getByRole('link', { name: 'The first', exact: false }).first().waitFor();
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('in German', async () => {
  const { id } = await olga.newPhoto(distinct(fixture('plain.jpg'), 'german'), {});
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await open(page, `/photo/${id}`);
  await drawn(page);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog');
  for (const words of ['Nach rechts drehen', 'Nach links drehen', '⇧ R']) await sheet.getByText(words, { exact: true }).waitFor();
  await check(page, troubles, 'care-german-keys');
  await context.close();
});

// Last, because its neighbours would fetch it ahead.
test('a photo whose files are lost says so, in the grid, on its page and in its job', async () => {
  const { id, filename } = (await olga.get(`${list}/${(await olga.newPhoto(distinct(fixture('plain.jpg'), 'lost'), { description: 'Lost one' })).id}`)).body;
  const job = await olga.newJob({ title: 'Lost and found' });
  await olga.post(`${list}/bulk`, { photos: [id], assign: { job_id: job.id } });
  const stem = filename.replace('.jpg', '');
  const folder = join(server.data, 'photos');
  for (const name of readdirSync(folder, { recursive: true }).map((one) => join(folder, one))) if (name.includes(stem) && statSync(name).isFile() && !name.endsWith('.json')) rmSync(name);
  for (const screen of ['desktop', 'phone']) {
    const { page, context } = await openPage(browser, server.base, screen);
    await open(page, '/photos');
    const tile = page.locator(`[data-photo="${id}"]`);
    await tile.getByText('File lost').waitFor();
    await screenshot(page, `care-lost-tile-${screen}`);
    await assertAccessible(page);
    await tile.getByRole('button', { name: 'Show Lost one full screen: its file is lost' }).click();
    await page.getByRole('alert').getByText('The files of this photo are lost', { exact: false }).waitFor();
    await screenshot(page, `care-lost-photo-${screen}`);
    await assertAccessible(page);
    await page.goto(`/job/${job.id}`);
    await page.locator(`[data-photo="${id}"]`).getByText('File lost').waitFor();
    await assertAccessible(page);
    await context.close();
  }
});
