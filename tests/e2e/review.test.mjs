// The review of findings: by the keyboard alone, with everything that was decided on the server behind it.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analysed } from '../api/support/analysed.mjs';
import { startServer } from '../api/support/server.mjs';
import { launch, openPage } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { signInTo } from './support/sign_in.mjs';

const many = 50;
const shared = process.env.SIGHTGLASS_SHARED ?? join(import.meta.dirname ?? '.', '../../../shared');
const animal = join(shared, 'data/camera_traps/ena24');
let server;
let browser;
let rita;
let why = '';

// One photo of an animal, sent many times: it is looked at once, and each of them has a finding of its own.
before(async () => {
  if (!existsSync(animal)) why = `no pictures of animals in ${animal}`;
  server = await startServer({}, { models: true });
  server.addUser('ada', 'administrator'); // else the page of the first run comes before all others
  rita = await server.as('reviewer', 'rita');
  browser = await launch();
  const { body } = await rita.get('/api/v1/models?task=objects');
  if (!body.results.length) why = 'no model that finds objects is installed; run ./setup';
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const open = async () => (await rita.get('/api/v1/review/queues')).body.queues.find(({ kind }) => kind === 'spotting').open;

const send = async (bytes) => (await rita.newPhoto(bytes));

async function sendUntilFound() {
  const labels = readFileSync(join(shared, 'data/camera_traps/labels.csv'), 'utf8').split('\n');
  for (const line of labels.filter((one) => one.startsWith('ena24/') && one.includes(',animal,'))) {
    const bytes = readFileSync(join(shared, 'data/camera_traps', line.split(',')[0]));
    const photo = await send(bytes);
    await analysed(rita, photo.id);
    if ((await open()) > 0) return bytes;
  }
  return null;
}

test('photos of an animal wait for somebody to say so', async (t) => {
  if (why) return t.skip(why);
  const bytes = await sendUntilFound();
  assert.ok(bytes, 'the network finds no animal on any of the pictures');
  const photos = [];
  for (let count = await open(); count < many; count += 1) photos.push(await send(bytes));
  for (const { id } of photos) await analysed(rita, id);
  assert.ok((await open()) >= many);
});

test('fifty are decided by the keyboard alone', async (t) => {
  if (why) return t.skip(why);
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { colorScheme: 'light' });
  await signInTo(page, '/review', 'rita');
  await page.getByRole('link', { name: 'Begin: Wildlife' }).waitFor();
  await check(page, troubles, 'review-desktop-light');
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.goto('/review/spotting');
  await page.locator('[data-finding]').waitFor();
  await check(page, troubles, 'review-spotting-desktop-light');
  // From the key to the frame in which the next picture stands.
  await page.evaluate(() => {
    window.waits = [];
    window.addEventListener('keydown', () => {
      const began = performance.now();
      const before = document.querySelector('[data-finding]')?.dataset.finding;
      const look = () => {
        const now = document.querySelector('[data-finding]');
        const picture = now?.querySelector('.stage__still');
        if (now?.dataset.finding !== before && (!now || picture?.complete)) window.waits.push(performance.now() - began);
        else if (performance.now() - began < 5000) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    }, { capture: true });
  });
  const waiting = await open();
  for (let count = 1; count < many; count += 1) {
    const shown = await page.locator('[data-finding]').getAttribute('data-finding');
    await page.keyboard.press(count % 5 === 0 ? 'x' : count % 7 === 0 ? '0' : 'Enter');
    await page.waitForFunction((id) => document.querySelector('[data-finding]')?.dataset.finding !== id, shown);
  }
  await page.waitForFunction(() => /49 decided/.test(document.body.innerText));
  const waits = (await page.evaluate(() => window.waits)).sort((a, b) => a - b);
  t.diagnostic(`from the key to the next picture: median ${waits[Math.floor(waits.length / 2)].toFixed(0)} ms of ${waits.length}`);
  for (let tries = 0; (await open()) !== waiting - 49; tries += 1) {
    assert.ok(tries < 200, `${await open()} are still open`);
    await page.waitForFunction(() => true);
  }
  const { body } = await rita.get('/api/v1/images/spottings?limit=500');
  const count = (state) => body.results.filter(({ review_state: own }) => own === state).length;
  assert.deepEqual([count('confirmed'), count('rejected'), count('corrected')], [34, 9, 6]);
  await context.close();
});

test('the last decision is taken back with one key', async (t) => {
  if (why) return t.skip(why);
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { colorScheme: 'dark' });
  await signInTo(page, '/review/spotting', 'rita');
  const shown = await page.locator('[data-finding]').getAttribute('data-finding');
  await page.keyboard.press('x');
  await page.waitForFunction((id) => document.querySelector('[data-finding]')?.dataset.finding !== id, shown);
  await page.keyboard.press('z');
  await page.locator(`[data-finding="${shown}"]`).waitFor();
  const { body } = await rita.get(`/api/v1/images/spottings/${shown}`);
  assert.equal(body.review_state, 'open');
  await check(page, troubles, 'review-spotting-desktop-dark');
  await context.close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`a phone shows the same, ${colorScheme}`, async (t) => {
    if (why) return t.skip(why);
    const { page, context, troubles } = await openPage(browser, server.base, 'phone', { colorScheme });
    await signInTo(page, '/review/spotting', 'rita');
    await page.locator('[data-finding]').waitFor();
    await check(page, troubles, `review-spotting-phone-${colorScheme}`);
    await page.getByRole('button', { name: 'Grid' }).click();
    await page.locator('.review-grid li').first().waitFor();
    await check(page, troubles, `review-grid-phone-${colorScheme}`);
    await context.close();
  });
}
