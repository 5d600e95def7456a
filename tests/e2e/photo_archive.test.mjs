// Downloading a selection of photos: what the page says of it is what the browser gets.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { startServer } from '../api/support/server.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { launch, looks, openPage } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

let server;
let browser;
let tina;
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator'); // or else the first run is not over
  tina = await server.as('technician', 'tina');
  const job = await tina.newJob({ title: 'Roof' });
  for (const name of ['a', 'b', 'c']) await tina.addToJob(job.id, distinct(fixture('plain.jpg'), name), { description: `Roof ${name}` });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

// The names in what the browser saves, after every byte of it was checked.
async function fetched(page) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog').getByRole('link', { name: 'Download' }).click()]);
  const path = await download.path();
  const tested = spawnSync('unzip', ['-t', path], { encoding: 'utf8' });
  assert.equal(tested.status, 0, tested.stdout + tested.stderr);
  const names = spawnSync('unzip', ['-Z1', path], { encoding: 'utf8' }).stdout.trim().split('\n');
  return { file: download.suggestedFilename(), names };
}

for (const { screen, colorScheme } of looks) {
  test(`selected photos are downloaded, ${screen}, ${colorScheme}`, async () => {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme, acceptDownloads: true });
    await signInTo(page, '/photos', 'tina');
    await page.getByRole('checkbox', { name: 'Select Roof a' }).click();
    await button(page, 'Download').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^1 photo, [\d.]+ k?B$/).waitFor();
    await check(page, troubles, `download-one-${screen}-${colorScheme}`);
    const one = await fetched(page);
    assert.match(one.file, /^sightglass_\d+_\d+_1_originals\.zip$/);
    assert.equal(one.names.length, 1);
    await dialog.waitFor({ state: 'detached' });
    await page.locator('.toast__words', { hasText: 'Your browser is fetching 1 photo' }).waitFor();

    await button(page, 'Select all 3').click();
    await button(page, 'Download').click();
    await dialog.getByText(/^3 photos, /).waitFor();
    await dialog.getByRole('radio', { name: /Display images/ }).check();
    await dialog.getByText(/^3 photos, /).waitFor();
    await check(page, troubles, `download-all-${screen}-${colorScheme}`);
    const all = await fetched(page);
    assert.match(all.file, /_3_images\.zip$/);
    assert.equal(all.names.length, 3);
    assert.ok(all.names.every((name) => name.startsWith('job_1 Roof/')), all.names.join());
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('what cannot be downloaded is said in words, and may be tried again', async () => {
  const { page, context } = await openPage(browser, server.base, 'desktop');
  await signInTo(page, '/photos', 'tina');
  let refusals = 1;
  await page.route('**/api/v1/images/photos/archive', (route) => {
    if (refusals-- <= 0) return route.continue();
    const body = { error: { code: 'unavailable', message: 'many downloads are being prepared; try again in some minutes', details: {} } };
    return route.fulfill({ status: 503, contentType: 'application/json', body: JSON.stringify(body) });
  });
  await page.getByRole('checkbox', { name: 'Select Roof b' }).click();
  await button(page, 'Download').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('alert').getByText('many downloads are being prepared').waitFor();
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await dialog.getByText(/^1 photo, /).waitFor();
  await context.close();
});
