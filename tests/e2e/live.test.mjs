// Pages keep fresh by themselves: what one person does, another sees without reloading, also after the connection was
// lost for a while.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { password, startServer } from '../api/support/server.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { launch, looks, openPage, overflowOf, screenshot } from './support/browser.mjs';
import { cutProxy } from './support/cut_proxy.mjs';
import { plainProxy } from './support/plain_proxy.mjs';
import { signInTo } from './support/sign_in.mjs';

let server;
let browser;
let ada;
let line;
before(async () => {
  server = await startServer();
  ada = await server.as('administrator', 'ada');
  browser = await launch();
  line = await cutProxy(server.port);
});
after(async () => {
  line?.close();
  await browser?.close();
  await server?.stop();
});

const picture = (name) => distinct(fixture('orientation_1.jpg'), name);

// Signed in, at `address`, with a mark on the window that a reload would take away.
async function open(screen, address, { base = server.base, ...options } = {}) {
  const opened = await openPage(browser, base, screen, options);
  const { page } = opened;
  await page.goto(`/sign-in?next=${encodeURIComponent(address)}`);
  await page.locator('input[autocomplete=username]').fill('ada');
  await page.locator('input[autocomplete=current-password]').fill(password);
  const greeted = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'));
  await page.locator('form .button--main').click();
  await greeted;
  await page.waitForURL((url) => url.pathname + url.search === address);
  await page.evaluate(() => (window.wasNeverReloaded = true));
  return opened;
}
const assertNotReloaded = async (page) => assert.equal(await page.evaluate(() => window.wasNeverReloaded), true);

test('a photo uploaded in one browser appears in another', async () => {
  const watching = await open('desktop', '/photos');
  const working = await open('phone', '/photos');
  await working.page.locator('[data-test=files]').first().setInputFiles({ name: 'pump.jpg', mimeType: 'image/jpeg', buffer: picture('uploaded') });
  await watching.page.locator('.grid-tile img.is-loaded').waitFor();
  await assertNotReloaded(watching.page);
  assert.deepEqual(watching.troubles, []);
  assert.deepEqual(working.troubles, []);
  await watching.context.close();
  await working.context.close();
});

test('the gallery of a job, its heading and the tasks follow what happens', async () => {
  const job = await ada.newJob({ title: 'North hall' });
  const gallery = await open('desktop', `/job/${job.id}`);
  const tasks = await open('desktop', '/tasks');
  await gallery.page.getByRole('heading', { name: 'North hall' }).waitFor();
  await ada.addToJob(job.id, picture('job'));
  await gallery.page.locator('main img').first().waitFor();
  await ada.patch(`/api/v1/jobs/${job.id}`, { title: 'South hall' });
  await gallery.page.getByRole('heading', { name: 'South hall' }).waitFor();
  await tasks.page.locator('.rows > *').nth(1).waitFor();
  await assertNotReloaded(gallery.page);
  await assertNotReloaded(tasks.page);
  assert.deepEqual(gallery.troubles, []);
  assert.deepEqual(tasks.troubles, []);
  await gallery.context.close();
  await tasks.context.close();
});

test('an open photo shows what somebody else writes about it', async () => {
  const photo = await ada.newPhoto(picture('described'));
  const { page, context, troubles } = await open('desktop', `/photo/${photo.id}`);
  await ada.patch(`/api/v1/images/photos/${photo.id}`, { description: 'Burst pipe behind the pump' });
  await page.getByText('Burst pipe behind the pump').first().waitFor();
  await assertNotReloaded(page);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('lists and pages of jobs, assets and places follow, and say what is gone', async () => {
  const place = await ada.post('/api/v1/locations', { name: 'Quay' });
  const asset = await ada.post('/api/v1/assets', { name: 'Crane 4', location_id: place.body.id });
  const jobs = await open('desktop', '/jobs');
  const assets = await open('phone', '/assets');
  const crane = await open('desktop', `/asset/${asset.body.id}`);
  const quay = await open('phone', `/place/${place.body.id}`);
  await crane.page.getByRole('heading', { name: 'Crane 4' }).waitFor();
  await quay.page.getByRole('link', { name: 'Crane 4' }).waitFor();
  await ada.newJob({ title: 'Repaint the crane' });
  await jobs.page.getByText('Repaint the crane').waitFor();
  await ada.patch(`/api/v1/assets/${asset.body.id}`, { name: 'Crane 5' });
  await crane.page.getByRole('heading', { name: 'Crane 5' }).waitFor();
  await assets.page.getByText('Crane 5').waitFor();
  await quay.page.getByRole('link', { name: 'Crane 5' }).waitFor();
  for (const { troubles } of [jobs, assets, crane, quay]) assert.deepEqual(troubles, []);
  await ada.delete(`/api/v1/assets/${asset.body.id}`);
  await crane.page.getByRole('alert').waitFor();
  await crane.page.getByRole('heading', { name: 'Crane 5' }).waitFor({ state: 'detached' });
  await assets.page.getByText('Crane 5').waitFor({ state: 'detached' });
  for (const { page, context } of [jobs, assets, crane, quay]) {
    await assertNotReloaded(page);
    await context.close();
  }
});

test('the map and an asset’s photos follow', async () => {
  const asset = await ada.post('/api/v1/assets', { name: 'Boiler' });
  const photo = await ada.newPhoto(picture('boiler'), { asset_id: asset.body.id });
  const boiler = await open('desktop', `/asset/${asset.body.id}`);
  const map = await open('desktop', '/map?at=0,0,2');
  await boiler.page.locator(`[data-photo="${photo.id}"]`).waitFor();
  const cluster = map.page.getByRole('button', { name: /near 12\.00° S/ });
  await ada.patch(`/api/v1/images/photos/${photo.id}`, { latitude: -12, longitude: 12 });
  await cluster.waitFor();
  await ada.post(`/api/v1/images/photos/${photo.id}/trash`);
  await boiler.page.locator(`[data-photo="${photo.id}"]`).waitFor({ state: 'detached' });
  // The second look waits twenty times as long as the first one took, which is seconds where the machine has other work.
  await cluster.waitFor({ state: 'detached', timeout: 180_000 });
  for (const { page, context, troubles } of [boiler, map]) {
    await assertNotReloaded(page);
    assert.deepEqual(troubles, []);
    await context.close();
  }
});

test('behind a proxy without WebSockets pages look every so often, and do not complain', async () => {
  const proxy = await plainProxy(server.port);
  const { page, context, troubles } = await openPage(browser, proxy.base, 'desktop');
  try {
    await page.clock.install();
    await signInTo(page, '/jobs');
    await page.getByRole('heading', { name: 'Jobs' }).waitFor();
    await ada.newJob({ title: 'Found by looking' });
    await page.clock.fastForward(31_000);
    await page.getByText('Found by looking').waitFor();
    await page.clock.fastForward(120_000);
    assert.ok(proxy.refused() > 0);
    assert.equal(await page.getByText('Reconnecting…').count(), 0);
    // The browser itself says of each try that it failed.
    assert.deepEqual(troubles.filter((one) => !/WebSocket connection to/.test(one)), []);
  } finally {
    await context.close();
    proxy.close();
  }
});

test('a lost connection is said beside an open photo too', async () => {
  const photo = await ada.newPhoto(picture('beside'));
  const { page, context } = await open('desktop', `/photo/${photo.id}`, { base: line.base });
  await page.waitForFunction(() => /drawn|sharp/.test(document.querySelector('.stage')?.dataset.state));
  line.cut();
  await page.getByText('Reconnecting…').waitFor();
  await screenshot(page, 'live-reconnecting-photo');
  line.mend();
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
  await context.close();
});

for (const { screen, colorScheme } of looks) {
  test(`a lost connection is said quietly and comes back (${screen}, ${colorScheme})`, async () => {
    const { page, context } = await open(screen, '/photos', { base: line.base, colorScheme });
    // What the page is made of has come; what is cut off is only the news.
    await page.locator('.grid-tile img.is-loaded').first().waitFor();
    await page.getByRole('button', { name: 'Upload', exact: true }).waitFor();
    const before = await page.locator('.grid-tile').count();
    line.cut();
    const sign = page.getByText('Reconnecting…');
    await sign.waitFor();
    await screenshot(page, `live-reconnecting-${screen}-${colorScheme}`);
    await assertAccessible(page);
    assert.equal(await overflowOf(page), 0);
    await ada.newPhoto(picture(`${screen} ${colorScheme}`));
    line.mend();
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await sign.waitFor({ state: 'detached' });
    await page.waitForFunction((count) => document.querySelectorAll('.grid-tile').length > count, before);
    await assertNotReloaded(page);
    await context.close();
  });
}
