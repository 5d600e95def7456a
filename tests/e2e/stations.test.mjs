// Inspection stations in the browser: set up, worked at, looked up, told to others, and ids entered for them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from '../api/support/server.mjs';
import { launch, looks, openPage, overflowOf } from './support/browser.mjs';
import { cameraFlags, videoOfCode } from './support/code_camera.mjs';
import { check } from './support/page_check.mjs';
import { button } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

let server;
let browser;
let ada;
let camera;
let folder;
before(async () => {
  server = await startServer();
  ada = await server.as('administrator', 'ada');
  server.addUser('tim', 'technician');
  server.addUser('vera', 'viewer');
  folder = await mkdtemp(join(tmpdir(), 'sightglass-codes-'));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function until(look, holds) {
  for (;;) {
    const { body } = await look();
    if (holds(body)) return body;
    await new Promise((done) => setTimeout(done, 50));
  }
}
async function made(path, input) {
  const { status, body } = await ada.post(path, input);
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}
// Each station has a camera of its own, as in life.
async function newStation(name, recipe = {}) {
  const { id } = await made('/api/v1/cameras', { name: `${name} camera`, driver: 'simulated', address: 'scene:belt?seed=7' });
  const station = await made('/api/v1/stations', { name, camera_id: id, trigger: { source: 'software' }, recipe });
  return until(() => ada.get(`/api/v1/stations/${station.id}`), ({ status }) => status.armed);
}
const triggersOf = async ({ id }) => (await ada.get(`/api/v1/stations/${id}/triggers`)).body.results;

const armed = (page) => page.locator('.kiosk-bar__state', { hasText: 'Armed' }).waitFor();
const verdict = (page, outcome) => page.locator(`.verdict[data-outcome=${outcome}]`).waitFor();
const verdictOf = (page, name) => page.locator('.verdict__name', { hasText: name }).waitFor();
const sees = (page) => page.waitForFunction(() => (document.querySelector('.verdict__picture img')?.naturalWidth ?? 0) > 0);
const hasFocus = (page) => page.waitForFunction(() => document.activeElement?.id === 'kiosk-id');
const panel = { viewport: { width: 1280, height: 800 } };

test('before there is a camera, and before there is a station, the page says what to do', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signInTo(page, '/stations', 'ada');
  await page.getByText('A station needs a camera.').waitFor();
  await check(page, troubles, 'stations-no-camera');
  camera = await made('/api/v1/cameras', { name: 'Bench', driver: 'simulated', address: 'scene:belt?seed=7' });
  await until(() => ada.get(`/api/v1/cameras/${camera.id}`), ({ status }) => status?.identity);
  await page.reload();
  await button(page, 'Add a station').waitFor();
  await check(page, troubles, 'stations-none');
  await context.close();
});

for (const { screen, colorScheme } of looks) {
  test(`a station is set up, changed and removed, ${screen}, ${colorScheme}`, async () => {
    const name = (part) => `stations-${part}-${screen}-${colorScheme}`;
    const press = `Press ${screen}`;
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, '/stations', 'ada');
    await button(page, 'Add a station').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill(press);
    await dialog.getByLabel('Triggered by').selectOption('line');
    await dialog.getByLabel('Delay (µs)').fill('soon');
    await dialog.getByLabel('Late after (ms)').fill('5');
    await button(page, 'Add it').click();
    await dialog.getByText('A number is wanted here').waitFor();
    await dialog.getByLabel('Delay (µs)').fill('0');
    await button(page, 'Add it').click();
    await dialog.locator('.field__error').waitFor(); // of the server
    troubles.splice(0);
    await dialog.getByLabel('Late after (ms)').fill('800');
    await dialog.getByLabel('Triggered by').selectOption('software');
    await page.waitForFunction(() => (document.querySelector('.live img')?.naturalWidth ?? 0) > 0);
    const box = await page.locator('.live').boundingBox();
    await page.locator('.live').scrollIntoViewIfNeeded();
    const at = (await page.locator('.live').boundingBox()) ?? box;
    await page.mouse.move(at.x + at.width / 4, at.y + at.height / 4);
    await page.mouse.down();
    await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2, { steps: 4 });
    await page.mouse.up();
    assert.ok(Number(await dialog.getByLabel('Width').inputValue()) >= 32);
    await check(page, troubles, name('new'));
    await button(page, 'Add it').click();
    await page.getByRole('heading', { name: press }).waitFor();
    await page.getByText('Nothing was triggered here yet.').waitFor();
    await check(page, troubles, name('station'));

    await button(page, 'Change').click();
    const width = await dialog.getByLabel('Width').inputValue();
    assert.ok(Number(width) >= 32, width);
    await button(page, 'The whole frame').click();
    await button(page, 'Save').click();
    await dialog.waitFor({ state: 'detached' });
    const { body } = await ada.get('/api/v1/stations');
    const saved = body.results.find((one) => one.name === press);
    assert.deepEqual([saved.recipe_version, saved.recipe.region ?? null, saved.recipe.late_after_ms], [2, null, 800]);

    await page.getByRole('link', { name: 'All stations' }).click();
    await page.locator(`[data-station="${saved.id}"]`).waitFor();
    await check(page, troubles, name('list'));
    await page.getByRole('link', { name: press, exact: false }).first().click();
    await button(page, 'Remove').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.waitForURL(/\/stations$/);
    await page.locator(`[data-station="${saved.id}"]`).waitFor({ state: 'detached' });
    await context.close();
  });

  test(`an operator scans, sees the verdict, and names a part later, ${screen}, ${colorScheme}`, async () => {
    const name = (part) => `station-${part}-${screen}-${colorScheme}`;
    const station = await newStation(`Line ${screen} ${colorScheme}`);
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme, ...(screen === 'desktop' && panel) });
    await signInTo(page, `/station/${station.id}`, 'tim');
    await armed(page);
    await hasFocus(page);
    await check(page, troubles, name('ready'));

    for (const id of ['A-1', 'A-2', 'A-3']) {
      await page.keyboard.type(id);
      await page.keyboard.press('Enter');
    }
    await page.locator('.kiosk-waiting__next strong', { hasText: 'A-1' }).waitFor();
    await page.locator('.kiosk-waiting__then', { hasText: 'A-3' }).waitFor();
    await button(page, 'Take back A-2').click();
    await page.locator('.kiosk-waiting__then', { hasText: 'A-2' }).waitFor({ state: 'detached' });
    await hasFocus(page);

    await page.keyboard.type('../B');
    await page.keyboard.press('Enter');
    await page.getByText('Only letters (A–Z)').waitFor();
    await hasFocus(page);
    await page.keyboard.press('Backspace');

    await button(page, 'Trigger').click();
    await verdict(page, 'unjudged');
    await verdictOf(page, 'A-1');
    await sees(page);
    await hasFocus(page);
    await page.locator('.kiosk-waiting__next strong', { hasText: 'A-3' }).waitFor();
    await button(page, 'Trigger').click();
    await verdictOf(page, 'A-3');
    await button(page, 'Trigger').click();
    await verdictOf(page, 'Without id');
    await sees(page);
    await page.locator('[data-count=triggers] dd', { hasText: '3' }).waitFor();
    await check(page, troubles, name('verdict'));
    if (screen === 'desktop') {
      const scrolls = await page.evaluate(() => [...document.querySelectorAll('html, main, .kiosk, .kiosk__side, .verdict')].filter((one) => one.scrollHeight > one.clientHeight).map(({ className }) => className));
      assert.deepEqual(scrolls, []);
    }

    await page.getByRole('button', { name: 'Show A-1: OK' }).click();
    await verdictOf(page, 'A-1');
    await page.keyboard.press('Escape');
    await verdictOf(page, 'Without id');
    await button(page, 'Name this part').click();
    await page.getByText('Id of the part that is shown').waitFor();
    await page.keyboard.type('LATE 1');
    await page.keyboard.press('Enter');
    await page.getByText('The part is filed under LATE 1.').waitFor();
    await verdictOf(page, 'LATE 1');
    assert.deepEqual((await triggersOf(station)).map(({ image_id: id }) => id), ['LATE 1', 'A-3', 'A-1']);
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('a part that cannot be judged is NG, with the reason, and looks otherwise than OK', async () => {
  const station = await newStation('Looks beside the frame', { read_code: true, region: { x: 30_000, y: 30_000, width: 64, height: 64 } });
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', panel);
  await signInTo(page, `/station/${station.id}`, 'tim');
  await armed(page);
  await button(page, 'Trigger').click();
  await verdict(page, 'ng');
  await page.locator('.verdict__word', { hasText: 'NG' }).waitFor();
  assert.notEqual((await page.locator('.verdict__why').textContent()).trim(), '');
  await check(page, troubles, 'station-ng');
  await context.close();
});

test('what happened while the line was cut shows by itself when it is back', async () => {
  const station = await newStation('Far away');
  const { page, context } = await openPage(browser, server.base, 'desktop', panel);
  await signInTo(page, `/station/${station.id}`, 'tim');
  await armed(page);
  await context.setOffline(true);
  await page.getByText('No connection to the server.').waitFor();
  await made('/api/v1/cameras', { name: 'Another', driver: 'simulated', address: 'scene:gradient' });
  assert.equal((await ada.post('/api/ml/store-image-id', { image_id: 'CUT-1', station: station.id })).status, 200);
  assert.equal((await ada.post(`/api/v1/stations/${station.id}/trigger`)).status, 202);
  await until(() => ada.get(`/api/v1/stations/${station.id}/triggers`), ({ results }) => results[0]?.verdict);
  assert.equal(await page.locator('.verdict').count(), 0);
  await context.setOffline(false);
  await verdictOf(page, 'CUT-1');
  await page.getByText('No connection to the server.').waitFor({ state: 'detached' });
  await context.close();
});

test('the journal is narrowed, told in detail, and kept in the address', async () => {
  const station = await newStation('Journal');
  for (const id of ['J-1', 'J-2']) {
    assert.equal((await ada.post('/api/ml/store-image-id', { image_id: id, station: station.id })).status, 200);
    assert.equal((await ada.post(`/api/v1/stations/${station.id}/trigger`)).status, 202);
    await until(() => ada.get(`/api/v1/stations/${station.id}/triggers`), ({ results }) => results[0]?.image_id === id && results[0].state === 'filed');
  }
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signInTo(page, `/stations?station=${station.id}`, 'vera');
  await page.locator('[data-trigger]').nth(1).waitFor();
  await check(page, troubles, 'stations-journal');
  await page.getByLabel('Part id').fill('J-1');
  await page.waitForURL(/image_id=J-1/);
  await page.waitForFunction(() => document.querySelectorAll('[data-trigger]').length === 1);
  await page.reload();
  await button(page, 'J-1').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/triggered_inspections\/J-1/).first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('.trigger__pictures img')].filter((one) => one.naturalWidth > 0).length === 2);
  await check(page, troubles, 'stations-trigger');
  await page.keyboard.press('Escape');
  await page.getByLabel('Verdict').selectOption('NG');
  await page.getByText('No trigger is like this.').waitFor();
  await context.close();
});

test('an output is added, tested, and its deliveries are listed with what went wrong', async () => {
  const station = await newStation('Told');
  let answer = 500;
  const receiver = createServer((request, response) => request.resume().on('end', () => response.writeHead(answer).end())).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  try {
    await tellAndLog(station, receiver.address().port, () => (answer = 204));
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
});

async function tellAndLog(station, port, recover) {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signInTo(page, `/stations?station=${station.id}&part=outputs`, 'ada');
  await button(page, 'Add an output').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Kind').selectOption('modbus');
  await dialog.getByLabel('Coil for OK').fill('70000');
  await button(page, 'Add it').click();
  await dialog.getByText('A whole number from 0 to 65,535').waitFor();
  await dialog.getByLabel('Kind').selectOption('webhook');
  await dialog.getByLabel('Name').fill('Office');
  await dialog.getByLabel('Address').fill(`http://127.0.0.1:${port}/verdicts`);
  await dialog.getByLabel('Signing secret').fill('a secret of some length');
  await check(page, troubles, 'stations-output-new');
  await button(page, 'Add it').click();
  await button(page, 'Send a test').click();
  await page.locator('.delivery__error').waitFor();
  await check(page, troubles, 'stations-output-log');
  recover();
  await button(page, 'Send a test').click();
  await page.locator('[data-delivery=delivered]').waitFor();
  await button(page.locator('[data-output]'), 'Change').click();
  await dialog.getByText('One is kept and never shown.').waitFor();
  await dialog.getByLabel('Switched on').uncheck();
  await button(page, 'Save').click();
  await page.getByText('Switched off').waitFor();
  const [output] = (await ada.get(`/api/v1/stations/${station.id}/outputs`)).body.results;
  assert.deepEqual([output.enabled, output.has_secret], [false, true]);
  await button(page.locator('[data-output]'), 'Remove').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Nobody is told of verdicts yet.').waitFor();
  await context.close();
}

for (const { screen, colorScheme } of looks) {
  test(`ids are entered for a station that is chosen and remembered, ${screen}, ${colorScheme}`, async () => {
    const station = await newStation(`Entry ${screen}`);
    await newStation(`Beside ${screen}`);
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, '/api/ml/image-id', 'tim');
    await page.locator('form#qr-form').waitFor();
    await page.getByLabel('Station').selectOption({ label: station.name });
    await page.locator('#image-id').fill('E-1');
    await page.keyboard.press('Enter');
    await page.locator('.rows', { hasText: 'E-1' }).waitFor();
    await page.keyboard.type('E 🙂');
    await page.keyboard.press('Enter');
    await page.getByText('Only letters (A–Z)').waitFor();
    await check(page, troubles, `image-id-${screen}-${colorScheme}`);
    await page.reload();
    await page.locator('.rows', { hasText: 'E-1' }).waitFor();
    assert.equal(await page.getByLabel('Station').evaluate((select) => select.selectedOptions[0].textContent), station.name);
    await button(page, 'Take back E-1').click();
    await page.getByRole('heading', { name: 'No id waits' }).waitFor();
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('a QR code is read with the device’s camera once, and one that is no id is refused in words', async () => {
  const station = await newStation('Scanned');
  await newStation('Not scanned');
  const seeing = await launch(cameraFlags(await videoOfCode('QR-77_a', folder)));
  try {
    const { page, context, troubles } = await openPage(seeing, server.base, 'phone');
    await context.grantPermissions(['camera'], { origin: server.base });
    await signInTo(page, '/api/ml/image-id', 'tim');
    await page.getByLabel('Station').selectOption({ label: station.name });
    await button(page, 'Read a code with this device’s camera').click();
    await page.locator('.rows', { hasText: 'QR-77_a' }).waitFor();
    await check(page, troubles, 'image-id-camera');
    await page.waitForFunction(() => performance.getEntriesByType('resource').filter(({ name }) => /zxing_reader.*\.wasm/.test(name)).every(({ name }) => new URL(name).origin === location.origin));
    assert.equal((await ada.get(`/api/v1/stations/${station.id}/ids`)).body.results.length, 1);
    await button(page, 'Stop the camera').click();
    await page.locator('video').waitFor({ state: 'detached' });
    assert.deepEqual(troubles, []);
    await context.close();
  } finally {
    await seeing.close();
  }
  const misled = await launch(cameraFlags(await videoOfCode('https://example.org/?part=1', folder)));
  try {
    const { page, context } = await openPage(misled, server.base, 'desktop');
    await context.grantPermissions(['camera'], { origin: server.base });
    await signInTo(page, '/api/ml/image-id', 'tim');
    await button(page, 'Read a code with this device’s camera').click();
    await page.getByText('The code says “https://example.org/?part=1”.').waitFor();
    await context.clearPermissions();
    await context.close();
  } finally {
    await misled.close();
  }
});

test('a camera that is not there is said in words', async () => {
  const { page, context } = await openPage(browser, server.base, 'desktop');
  await context.grantPermissions(['camera'], { origin: server.base });
  await signInTo(page, '/api/ml/image-id', 'tim');
  await button(page, 'Read a code with this device’s camera').click();
  await page.getByText('This device has no camera that could be found.').waitFor();
  await context.close();
});

test('a viewer looks and touches nothing, in German', async () => {
  const station = await newStation('Shown');
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE', ...panel });
  await signInTo(page, `/station/${station.id}`, 'vera');
  await page.getByText('Simulierte Kamera').waitFor();
  await page.getByText('Bereit für das erste Teil').waitFor();
  assert.equal(await page.locator('#kiosk-id').count(), 0);
  assert.equal(await button(page, 'Auslösen').count(), 0);
  await check(page, troubles, 'station-german');
  await page.getByRole('link', { name: 'Alle Stationen' }).click();
  await page.getByRole('heading', { name: 'Stationen' }).waitFor();
  assert.equal(await button(page, 'Station hinzufügen').count(), 0);
  assert.equal(await overflowOf(page), 0);
  await context.close();
});
