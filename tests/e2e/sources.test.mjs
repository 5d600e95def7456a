// Sources of pictures in the browser: tried and added, fetched from, looked up in their ledger, set right, switched off.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withExif } from '../api/support/exif.mjs';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { startServer } from '../api/support/server.mjs';
import { launch, looks, openPage } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button } from './support/page_parts.mjs';
import { RemoteDirectory } from './support/remote_directory.mjs';
import { signInTo } from './support/sign_in.mjs';

const sources = '/api/v1/image-pull-sources';
let server;
let browser;
let ada;
let remote;
let location;
before(async () => {
  server = await startServer();
  ada = await server.as('administrator', 'ada');
  server.addUser('otto', 'operator');
  server.addUser('rita', 'reviewer');
  server.addUser('vera', 'viewer');
  location = await made('/api/v1/locations', { name: 'North meadow', latitude: 47.4, longitude: 8.5 });
  await pauseClock();
  remote = await new RemoteDirectory().start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  remote?.stop();
  await server?.stop();
});

async function made(path, input) {
  const { status, body } = await ada.post(path, input);
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}
// What the hour brings would come between the steps of a test.
async function pauseClock() {
  const { results } = (await ada.get('/api/v1/schedules')).body;
  const hourly = results.find(({ kind }) => kind === 'image_pull.pull_all_sources');
  assert.equal((await ada.post(`/api/v1/schedules/${hourly.id}/pause`)).status, 200);
}
const picture = (number, text) => distinct(withExif(fixture(`orientation_${(number % 8) + 1}.jpg`), { camera: { 0x9003: `2026:10:0${(number % 9) + 1} 06:30:00` } }), text);

// A folder with pictures, one of which cannot be had, and something that is none.
function fill(folder, count = 4) {
  for (let i = 1; i <= count; i += 1) remote.put(folder, `IMG_000${i}.JPG`, picture(i, `${folder} ${i}`));
  remote.put(folder, 'broken one.JPG', picture(9, `${folder} broken`));
  remote.spoil(folder, 'broken one.JPG');
  remote.put(folder, 'readme.txt', Buffer.from('no picture'));
}
const safe = { allow_plain_transport: true, allow_private_addresses: true };
const newSource = (name, folder, settings = {}) => made(sources, { name, location_id: location.id, base_url: `${remote.base}${folder}`, settings: { ...safe, ...settings } });

const tab = (page, name) => page.getByRole('navigation', { name: 'Files by state' }).getByRole('link', { name });
const file = (page, name, state) => page.locator(`[data-file="${name}"][data-state=${state}]`);
const health = (page, name) => page.locator(`[data-health=${name}]`).first();

test('before there is a source the page says what one is, and what to do next', async () => {
  for (const { screen, colorScheme, named } of looks) {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, '/sources', 'ada');
    await page.getByRole('heading', { name: 'Sources' }).waitFor();
    await page.getByText('No sources yet').waitFor();
    await check(page, troubles, `sources-none-${named}`);
    await context.close();
  }
});

for (const { screen, colorScheme, named } of looks) {
  const name = (part) => `sources-${part}-${named}`;
  const folder = `/${named}/`;
  const called = `Meadow ${named}`;

  test(`a source is tried, added and fetched from, ${screen}, ${colorScheme}`, async () => {
    fill(folder);
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, '/sources', 'ada');
    await button(page, 'Add a source').first().click();
    const dialog = page.getByRole('dialog');
    await button(page, 'Test the connection').click();
    await dialog.getByText('Type the address.').waitFor();
    await dialog.getByLabel('Name', { exact: true }).fill(called);
    await dialog.getByLabel('Address', { exact: true }).fill('sftp://camera.example.org/dcim/');
    await dialog.getByLabel('Private key', { exact: true }).waitFor({ state: 'detached' });
    await dialog.getByLabel('Sign-in').selectOption('key');
    await dialog.getByLabel('Private key', { exact: true }).waitFor();
    await dialog.getByLabel('Address', { exact: true }).fill(`${remote.base}${folder}`);
    await dialog.getByLabel('Kind').locator('option', { hasText: 'By its address: Web directory' }).waitFor({ state: 'attached' });
    await dialog.getByLabel('Sign-in').selectOption('none');

    // Plain transport, and then an address of this machine, are refused where they can be allowed.
    await button(page, 'Test the connection').click();
    await dialog.locator('.field__error').first().waitFor();
    await dialog.getByLabel('Directories below').waitFor(); // what was folded is open
    troubles.splice(0); // the refusal
    await check(page, troubles, name('refused'));
    await dialog.getByLabel('Allow plain transport').check();
    await dialog.getByLabel('Allow private addresses').check();
    await dialog.getByLabel('Directories below').fill('17');
    await button(page, 'Test the connection').click();
    await dialog.getByText('A number from 0 to 16').waitFor();
    await dialog.getByLabel('Directories below').fill('1');
    await button(page, 'Test the connection').click();
    await dialog.locator('[data-trial]').waitFor();
    await dialog.locator('[data-group=pull]', { hasText: 'IMG_0001.JPG' }).waitFor();
    troubles.splice(0); // a second refusal, if there was one
    await check(page, troubles, name('trial'));

    await button(page, 'Add the source').click();
    await dialog.getByText('Choose where its pictures are taken').waitFor();
    await dialog.getByLabel('Location').selectOption({ label: 'North meadow' });
    await dialog.locator('[data-trial]').waitFor();
    await dialog.getByLabel('Files in one run').fill('9');
    await dialog.locator('[data-trial]').waitFor({ state: 'detached' }); // it was of something else
    await button(page, 'Add the source').click();
    await page.getByRole('heading', { name: called }).waitFor();
    await page.waitForURL(/\/sources\/[0-9a-f-]{36}/);
    await health(page, 'new').waitFor();
    await page.getByText('No files yet').waitFor();
    await check(page, troubles, name('added'));

    await button(page, 'Run now').click();
    for (let i = 1; i <= 4; i += 1) await file(page, `IMG_000${i}.JPG`, 'stored').waitFor();
    await file(page, 'broken one.JPG', 'failed').waitFor();
    await health(page, 'ok').waitFor();
    await tab(page, /^Stored\s*4$/).waitFor();
    await check(page, troubles, name('ledger'));
    await file(page, 'IMG_0001.JPG', 'stored').getByRole('link', { name: 'Photo of IMG_0001.JPG' }).click();
    await page.waitForURL(/\/photo\//);
    await context.close();
  });

  test(`the ledger is narrowed, and a file that failed is tried again, ${screen}, ${colorScheme}`, async () => {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, '/sources', 'otto');
    await page.locator(`[data-source="${called}"]`).waitFor();
    await check(page, troubles, name('list'));
    await page.getByRole('link', { name: called, exact: true }).click();
    await page.getByLabel('Name', { exact: true }).fill('broken');
    await page.waitForURL(/q=broken/);
    await page.waitForFunction(() => document.querySelectorAll('[data-file]').length === 1);
    await tab(page, /^Failed\s*1$/).click();
    await page.waitForURL(/state=failed/);
    await page.getByLabel('Reason').selectOption('timeout');
    await page.getByText('No file matches these filters.').waitFor();
    await check(page, troubles, name('narrowed'));
    await page.reload();
    await button(page, 'Remove the filter reason: Took too long').click();
    await page.waitForURL((url) => !url.searchParams.has('reason') && url.searchParams.has('q'));
    await file(page, 'broken one.JPG', 'failed').waitFor();
    await file(page, 'broken one.JPG', 'failed').getByText('The server had an error').waitFor();

    remote.mend(folder, 'broken one.JPG');
    await page.getByLabel('Mark broken one.JPG').check();
    await page.getByText('1 marked').waitFor();
    await check(page, troubles, name('marked'));
    await page.getByRole('toolbar').getByRole('button', { name: 'Try again' }).click();
    await page.getByText('1 file is fetched with the next run.').waitFor();
    await button(page.locator('.page-head'), 'Run now').click();
    await tab(page, /^All/).click();
    await file(page, 'broken one.JPG', 'stored').waitFor();
    assert.deepEqual(troubles, []);

    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.locator('[data-run=done]').nth(1).waitFor();
    await check(page, troubles, name('runs'));
    await page.getByRole('link', { name: /^Files of the run/ }).first().click();
    await page.waitForURL(/run=[0-9a-f-]{36}/);
    await page.waitForFunction(() => document.querySelectorAll('[data-file]').length === 1);
    await context.close();
  });

  test(`the clock of the camera is set right, seen before, and taken back, ${screen}, ${colorScheme}`, async () => {
    const { results } = (await ada.get(`${sources}?all=true`)).body;
    const { id } = results.find((one) => one.name === called);
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, `/sources/${id}?part=clock`, 'otto');
    await page.getByText('not corrected').waitFor();
    await page.getByLabel('Hours').fill('soon');
    await page.getByText('Whole numbers are wanted here.').waitFor();
    await page.getByLabel('Hours').fill('2');
    const preview = page.locator('[data-preview]');
    await preview.locator('tbody tr').first().waitFor();
    await preview.getByText(/^5 photos would be shown at another time\.$/).waitFor();
    await check(page, troubles, name('clock'));
    const [before, then] = await preview.locator('tbody tr').first().locator('time').evaluateAll((times) => times.map((one) => Date.parse(one.dateTime)));
    assert.equal(then - before, 7_200_000);
    await button(page, 'Correct the times').click();
    await page.locator('.toast__words', { hasText: '5 photos are shown at the corrected time.' }).waitFor();
    await page.getByText('2 h later').first().waitFor();
    await button(page, 'Take the correction back').click();
    await page.locator('.toast__words', { hasText: '5 photos are shown at the time of the camera again.' }).waitFor();
    assert.equal((await ada.get(`${sources}/${id}`)).body.clock_offset_seconds, 0);
    assert.deepEqual(troubles, []);
    await context.close();
  });

  test(`a source is changed, switched off and on, and deleted, ${screen}, ${colorScheme}`, async () => {
    const spare = `Spare ${named}`;
    await newSource(spare, folder);
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, '/sources', 'otto');
    await button(page, `Switch ${spare} off`).click();
    await page.locator(`[data-source="${spare}"] [data-health=off]`).waitFor();
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
    await page.locator(`[data-source="${spare}"] [data-health=new]`).waitFor();
    await page.getByRole('link', { name: spare, exact: true }).click();
    await button(page, 'Change').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('More settings').click();
    assert.equal(await dialog.getByLabel('Allow private addresses').count(), 0); // an administrator's to allow
    await dialog.getByLabel('Names').fill('*.JPG');
    await check(page, troubles, name('change'));
    await button(page, 'Keep').click();
    await dialog.waitFor({ state: 'detached' });
    const { results } = (await ada.get(`${sources}?all=true`)).body;
    const { settings } = results.find((one) => one.name === spare);
    assert.deepEqual([settings.name_pattern, settings.allow_private_addresses], ['*.JPG', true]);
    await button(page, `More for ${spare}`).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL(/\/sources$/);
    await page.locator(`[data-source="${spare}"]`).waitFor({ state: 'detached' });
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('a source that cannot be reached says so, and what to do', async () => {
  const gone = await newSource('Gone', '/nothing/here/');
  await ada.post(`${sources}/${gone.id}/process`);
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signInTo(page, `/sources/${gone.id}`, 'rita');
  await health(page, 'failing').waitFor();
  await page.getByText('It is tried again by the clock.').waitFor();
  assert.equal(await button(page, 'Run now').count(), 0); // reviewers look
  await check(page, troubles, 'sources-failing');
  await context.close();
});

test('a location is recorded while a source is added', async () => {
  fill('/placed/', 1);
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signInTo(page, '/sources', 'otto');
  await button(page, 'Add a source').click();
  await button(page, 'New location').click();
  const place = page.getByRole('dialog', { name: 'New location' });
  await place.getByLabel('Name').fill('South ridge');
  await button(place, 'Create the location').click();
  await place.waitFor({ state: 'detached' });
  const dialog = page.getByRole('dialog', { name: 'Add a source' });
  assert.equal(await dialog.getByLabel('Location').evaluate((select) => select.selectedOptions[0].textContent), 'South ridge');
  await button(dialog, 'Cancel').click();
  assert.deepEqual(troubles, []);
  await context.close();
});

test('viewers are not led to the sources, and German readers are told in German', async () => {
  const viewer = await openPage(browser, server.base, 'desktop');
  await signInTo(viewer.page, '/photos', 'vera');
  await viewer.page.getByRole('link', { name: 'Photos' }).first().waitFor();
  assert.equal(await viewer.page.getByRole('link', { name: 'Sources' }).count(), 0);
  await viewer.context.close();
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await signInTo(page, '/sources', 'rita');
  await page.getByRole('heading', { name: 'Quellen' }).waitFor();
  await page.locator('[data-source]').first().waitFor();
  await check(page, troubles, 'sources-german');
  await context.close();
});
