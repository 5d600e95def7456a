// Photos on their way: over a bad line, paused, dropped, pasted. tests/long has the bad line with a hundred photos.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { password, startServer } from '../api/support/server.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { launch, openPage, overflowOf, screenshot } from './support/browser.mjs';
import { runInterruptedUploads } from './support/interrupted_uploads.mjs';
import { until } from './support/until.mjs';

const count = Number(process.env.SIGHTGLASS_E2E_UPLOADS ?? 20);
const uploads = /\/api\/v1\/uploads/;

let server;
let browser;
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const picture = (name) => ({ name, mimeType: 'image/jpeg', buffer: distinct(fixture('large.jpg'), name) });
const row = (page, name) => page.locator('.upload', { hasText: name });
const files = (page) => page.locator('[data-test=files]').first();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const stateOf = (page, name, state) => row(page, name).and(page.locator(`[data-state=${state}]`)).waitFor();

async function signedIn(screen, options) {
  const opened = await openPage(browser, server.base, screen, options);
  const { page } = opened;
  await page.goto('/sign-in');
  await page.locator('input[autocomplete=username]').fill('ada');
  await page.locator('input[type=password]').fill(password);
  await page.keyboard.press('Enter'); // the button's words follow the language
  await page.waitForURL(/\/(jobs|photos)/);
  return opened;
}
async function newJob(page, title) {
  const { id } = await (await server.as('administrator', 'root')).newJob({ title });
  await page.goto(`/job/${id}`);
  return `/job/${id}`;
}
// Pieces wait until the returned function is called.
async function holdPieces(page) {
  const held = [];
  await page.route(uploads, (route) => (route.request().method() === 'PATCH' ? void held.push(route) : route.continue()));
  return async () => {
    await page.unroute(uploads);
    await Promise.all(held.map((route) => route.continue().catch(() => undefined)));
  };
}
// Waits until the page takes files from outside: what does comes after what the page shows. A dragged file tells, by
// the veil that it raises; then it is dragged away again.
async function untilFilesAreTaken(page) {
  await until(page, () => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['-'], 'dragged'));
    const drag = (type) => document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true }));
    drag('dragenter');
    return Promise.resolve().then(() => {
      const isTaken = document.querySelector('.drop-veil') !== null;
      drag('dragleave');
      return isTaken;
    });
  });
}
// A file from outside, dropped or pasted somewhere on the page.
async function bring(page, type, name) {
  await untilFilesAreTaken(page);
  const bytes = [...picture(name).buffer];
  return page.evaluate(
    ([kind, title, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(content)], title, { type: 'image/jpeg' }));
      const place = document.querySelector('main');
      if (kind === 'paste') place.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }));
      else for (const one of ['dragenter', 'dragover', 'drop']) place.dispatchEvent(new DragEvent(one, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    },
    [type, name, bytes],
  );
}

for (const [screen, options, name] of [
  ['desktop', {}, 'desktop'],
  ['phone', { colorScheme: 'dark', locale: 'de-DE' }, 'phone-dark-german'],
]) {
  test(`the tray shows each file with what can be done, on ${name}`, async () => {
    const { page, context, troubles } = await signedIn(screen, options);
    await newJob(page, `Tray on ${name}`);
    const goOn = await holdPieces(page);
    await files(page).setInputFiles(['a', 'b', 'c', 'd', 'e'].map((one) => picture(`${one} ${name}.jpg`)));
    await page.locator('[data-test=upload-summary]').waitFor();
    if (screen === 'phone') {
      await screenshot(page, `uploads-tray-closed-${name}`);
      await page.locator('.tray [aria-expanded=false]').click();
    }
    await page.locator('[data-state=sending], [data-state=storing]').nth(2).waitFor();
    await screenshot(page, `uploads-tray-${name}`);
    await assertAccessible(page);
    assert.equal(await overflowOf(page), 0);
    await goOn();
    await page.locator('[data-state=stored]').nth(4).waitFor();
    await screenshot(page, `uploads-tray-done-${name}`);
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('a paused file stays paused over a reload, goes on when told, and a cancelled one is gone', async () => {
  const { page, context } = await signedIn('desktop');
  await newJob(page, 'Paused');
  const goOn = await holdPieces(page);
  await files(page).setInputFiles([picture('kept.jpg'), picture('dropped.jpg')]);
  await page.locator('[data-state=sending], [data-state=storing]').nth(1).waitFor();
  await press(page, 'Pause kept.jpg');
  await stateOf(page, 'kept.jpg', 'paused');
  await press(page, 'Cancel dropped.jpg');
  await row(page, 'dropped.jpg').waitFor({ state: 'detached' });
  await goOn();
  await page.reload();
  await stateOf(page, 'kept.jpg', 'paused');
  assert.equal(await row(page, 'dropped.jpg').count(), 0);
  await press(page, 'Resume kept.jpg');
  await stateOf(page, 'kept.jpg', 'stored');
  await page.getByRole('heading', { name: 'Photos 1 photo' }).waitFor();
  await context.close();
});

test('what is dropped or pasted on a page goes where the page is about', async () => {
  const { page, context } = await signedIn('desktop');
  const job = await newJob(page, 'Dropped');
  await bring(page, 'drop', 'dropped here.jpg');
  await stateOf(page, 'dropped here.jpg', 'stored');
  await page.getByRole('heading', { name: 'Photos 1 photo' }).waitFor();
  await page.goto('/jobs');
  await bring(page, 'paste', 'pasted.jpg');
  await stateOf(page, 'pasted.jpg', 'stored');
  const listed = await page.evaluate(async () => (await (await fetch('/api/v1/images/photos?limit=2&sort=-uploaded_at')).json()).results);
  assert.deepEqual(
    listed.map((photo) => [photo.original_filename, photo.kind, photo.job_id === null ? null : `/job/${photo.job_id}`]),
    [['pasted.jpg', 'field', null], ['dropped here.jpg', 'job', job]],
  );
  await context.close();
});

test('a file that is there already is said to be, and not stored again', async () => {
  const { page, context, troubles } = await signedIn('desktop');
  await newJob(page, 'Twice');
  await files(page).setInputFiles([picture('once.jpg')]);
  await stateOf(page, 'once.jpg', 'stored');
  await press(page, 'Clear stored');
  await files(page).setInputFiles([picture('once.jpg')]);
  await stateOf(page, 'once.jpg', 'duplicate');
  await page.getByText('Was there already').waitFor();
  await page.getByRole('heading', { name: 'Photos 1 photo' }).waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});

test('photos of 5 MB survive a line that is cut every 3 seconds and a closed browser', { timeout: 600_000 }, async (context) => {
  const { seconds, half, cuts, resent } = await runInterruptedUploads(count);
  context.diagnostic(`${count} photos in ${seconds.toFixed(1)} s, ${cuts} cuts, closed after ${half}, sent ${resent.toFixed(2)} times`);
});
