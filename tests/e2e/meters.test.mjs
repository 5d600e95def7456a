// A meter is recorded, taught on its reference photo, and tried on another.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { startServer } from '../api/support/server.mjs';
import { launch, openPage } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

let server;
let browser;
let olga;
let asset;
let photo;
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator'); // else the first run is not over
  olga = await server.as('operator', 'olga');
  asset = (await olga.post('/api/v1/assets', { code: 'W-1', name: 'Water, cellar', type: 'water' })).body;
  photo = await olga.newPhoto(distinct(fixture('large.jpg'), 'meter'), { asset_id: asset.id, description: 'The dial' });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const isNear = (one, other) => Math.abs(one - other) < 0.02;

test('a meter is recorded with its asset and taught with a box', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { colorScheme: 'light' });
  await signInTo(page, `/asset/${asset.id}`, 'olga');
  await button(page, 'Add a meter').click();
  await page.getByRole('dialog').getByLabel('Name').fill('House meter');
  await button(page, 'Record it').click();
  await page.waitForURL(/\/meter\//);
  await page.getByLabel('Reference photo').selectOption(photo.id);
  const editor = page.locator('.box-editor[data-ready]');
  await editor.waitFor();
  await page.waitForFunction(() => /drawn|sharp/.test(document.querySelector('.stage')?.dataset.state));
  const { x, y, width, height } = await editor.boundingBox();
  await page.mouse.move(x + width * 0.2, y + height * 0.3);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.7, y + height * 0.5, { steps: 6 });
  await page.mouse.up();
  await page.getByLabel('Wheels in the row').fill('5');
  await page.getByLabel('Unit', { exact: true }).fill('m³');
  await page.getByLabel('Digits before the point').fill('5');
  await page.getByLabel('Largest rate', { exact: false }).fill('2,5');
  await button(page, 'Save').click();
  await page.locator('.toast__words', { hasText: 'The meter is saved.' }).waitFor();
  await check(page, troubles, 'meter-desktop-light');
  const { body } = await olga.get(`/api/v1/meters?asset=${asset.id}`);
  const [meter] = body.results;
  assert.deepEqual([meter.unit, meter.digits, meter.largest_rate, meter.reference_photo], ['m³', 5, 2.5, photo.id]);
  const [part] = meter.profile.parts;
  assert.equal(part.digits, 5);
  const [[left, top], , [right, bottom]] = part.corners;
  assert.ok(isNear(left, 0.2) && isNear(top, 0.3) && isNear(right, 0.7) && isNear(bottom, 0.5), JSON.stringify(part.corners));
  await context.close();
});

test('it is tried as it is taught at this moment, and says what it reads', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'phone', { colorScheme: 'dark' });
  const [meter] = (await olga.get(`/api/v1/meters?asset=${asset.id}`)).body.results;
  // Reading needs networks, which tests do without: the answer is as the server gives it.
  const task = '018f0000-0000-7000-8000-000000000021';
  let asked = null;
  await page.route(`**/api/v1/meters/${meter.id}/try`, (route) => {
    asked = route.request().postDataJSON();
    return route.fulfill({ status: 202, json: { task_id: task } });
  });
  await page.route(`**/api/v1/tasks/${task}`, (route) => route.fulfill({ json: { id: task, finished_at: '2026-11-20T09:00:00Z', error: null, result: { readings: [{ value: 123.4, value_text: '00123.4', unit: 'm³', confidence: 0.97, reason: null }] } } }));
  await signInTo(page, `/meter/${meter.id}`, 'olga');
  await button(page, 'Read this photo').click();
  await page.getByText('Reads 00123.4 m³, sure by 97%').waitFor();
  assert.equal(asked.photo_id, photo.id);
  assert.equal(asked.profile.parts.length, 1);
  await check(page, troubles, 'meter-phone-dark');
  await context.close();
});

test('German', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE', colorScheme: 'dark' });
  const [meter] = (await olga.get(`/api/v1/meters?asset=${asset.id}`)).body.results;
  await signInTo(page, `/meter/${meter.id}`, 'olga');
  await page.getByRole('heading', { name: 'Wo er gelesen wird' }).waitFor();
  await page.locator('.box-editor[data-ready]').waitFor();
  await check(page, troubles, 'meter-german');
  await context.close();
});
