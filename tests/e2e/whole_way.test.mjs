// The whole way of a person: first run, sign-in, a job, many photos, gallery, viewer, words, filters, the map, many at once,
// the trash and back, sign-out; each page accessible in both themes.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { printedAddress, printedCode } from '../api/support/first_run.mjs';
import { password, startServer } from '../api/support/server.mjs';
import { assertAccessibleInBothThemes as assertAccessible } from './support/accessibility.mjs';
import { launch, openPage, overflowOf, screenshot, signOut } from './support/browser.mjs';
import { placePhotos, walkTheMap } from './support/map_walk.mjs';
import { button } from './support/page_parts.mjs';
import { photosToUpload } from './support/pictures.mjs';
import { dayOfOneTaken, orderOf, orientedPhotos, quartersOf } from './support/stored_photos.mjs';
import { until } from './support/until.mjs';

const photoCount = Number(process.env.SIGHTGLASS_E2E_PHOTOS ?? 200);
const uploadDeadline = 300_000; // milliseconds for all photos

let server;
let browser;
let desk;
let upload;
let jobAddress;
before(async () => {
  server = await startServer();
  browser = await launch();
  upload = await photosToUpload(photoCount);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  if (upload) await rm(upload.folder, { recursive: true, force: true });
});

const untroubled = (troubles) => assert.deepEqual(troubles.splice(0), []);
const shownOf = (page) => page.evaluate(() => /^\/photo\/(.+)$/.exec(location.pathname)?.[1] ?? null);

async function signIn(page) {
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password').fill(password);
  await button(page, 'Sign in').click();
  await page.getByRole('heading', { name: 'Jobs' }).waitFor();
}

test('the printed code makes the first administrator', async () => {
  desk = await openPage(browser, server.base, 'desktop');
  const { page, troubles } = desk;
  await page.goto('/');
  await page.getByRole('heading', { name: 'Welcome to Sightglass' }).waitFor();
  await page.goto(printedAddress(server.log));
  await page.getByRole('heading', { name: 'Welcome to Sightglass' }).waitFor();
  await assertAccessible(page);
  await screenshot(page, 'desktop-1-first-run');
  await page.getByLabel('One-time code').fill(printedCode(server.log));
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password').fill(password);
  await button(page, 'Make the administrator').click();
  await page.getByText('The administrator is made').waitFor();
  untroubled(troubles);
});

test('a wrong password says so, the right one leads to the jobs', async () => {
  const { page, troubles } = desk;
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password').fill('not the password');
  await button(page, 'Sign in').click();
  await page.getByText('Name or password is wrong.').waitFor();
  await screenshot(page, 'desktop-2-sign-in');
  await assertAccessible(page);
  assert.ok(troubles.splice(0).every((one) => one.includes('401')));
  await signIn(page);
  await page.getByText('No jobs yet').waitFor();
  await screenshot(page, 'desktop-3-no-jobs');
  await assertAccessible(page);
  untroubled(troubles);
});

test('a job is opened, and hostile words in it stay words', async () => {
  const { page, troubles } = desk;
  await button(page, 'New job').click();
  await button(page, 'Create the job').click();
  await page.getByText('Give the job a number or a title.').waitFor();
  await page.getByLabel('Number').fill('W-2041');
  await page.getByLabel('Title').fill('Roof of <img src=x onerror=alert(1)> the north hall');
  await page.getByLabel('Customer').fill('Hansen & Sons');
  await page.getByLabel('Address').fill('Harbour Road 12');
  await button(page, 'Create the job').click();
  await page.getByText('Drop photos or folders here').waitFor();
  jobAddress = new URL(page.url()).pathname;
  assert.match(jobAddress, /^\/job\/\d+$/);
  assert.equal(await page.locator('h1 img').count(), 0);
  await page.getByText('No photos yet').waitFor();
  await screenshot(page, 'desktop-4-new-job');
  await assertAccessible(page);
  untroubled(troubles);
});

test(`${photoCount} photos are uploaded, and each is there once`, { timeout: uploadDeadline + 60_000 }, async () => {
  const { page, troubles } = desk;
  await page.getByLabel('Description for the next photos').fill('Inspection <b>one</b>');
  await page.locator('[data-test=files]').setInputFiles(upload.paths);
  await page.getByText(/^\d+ of/).first().waitFor();
  await screenshot(page, 'desktop-5-uploading');
  const all = page.getByText(`${photoCount} of ${photoCount} photos stored`);
  await all.waitFor({ timeout: uploadDeadline });
  assert.equal(await page.locator('[data-state=failed]').count(), 0);
  await page.getByRole('heading', { name: `Photos ${photoCount} photos` }).waitFor();
  await screenshot(page, 'desktop-6-uploaded');
  untroubled(troubles);
});

test('a file that is no picture is refused in words, and can be tried again', async () => {
  const { page, troubles } = desk;
  await page.locator('[data-test=files]').setInputFiles({ name: 'letter.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
  const failed = page.locator('[data-state=failed]');
  await failed.waitFor();
  await assertAccessible(page);
  assert.ok((await failed.locator('.upload__words').innerText()).length > 10);
  await screenshot(page, 'desktop-7-refused');
  assert.ok(troubles.splice(0).every((one) => one.includes('415')));
  const answered = page.waitForResponse((answer) => answer.request().method() === 'PATCH');
  await button(page, 'Retry letter.jpg').click();
  assert.equal((await answered).status(), 415);
  await failed.waitFor();
  assert.ok(troubles.splice(0).every((one) => one.includes('415')));
  await button(page, 'Cancel letter.jpg').click();
  await button(page, 'Clear stored').click();
});

const tilesOf = (page) => page.locator('[data-photo]').evaluateAll((tiles) => tiles.map((tile) => tile.dataset.photo));

async function scrollToEnd(page, count) {
  await page.waitForFunction((wanted) => {
    window.scrollTo(0, document.body.scrollHeight);
    return document.querySelectorAll('[data-photo]').length >= wanted;
  }, count);
}

test('the gallery loads lazily and shows the order of uploading', async () => {
  const { page, troubles } = desk;
  await page.goto(jobAddress);
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
  const loaded = await page.locator('[data-photo] img.is-loaded').count();
  assert.ok(photoCount < 100 || loaded < photoCount, 'everything was loaded at once');
  await scrollToEnd(page, photoCount);
  assert.deepEqual(await tilesOf(page), await orderOf(page, jobAddress));
  await page.evaluate(() => window.scrollTo(0, 0));
  await screenshot(page, 'desktop-8-gallery');
  await assertAccessible(page);
  assert.equal(await overflowOf(page), 0);
  untroubled(troubles);
});

test('photos held in each of the eight ways are shown upright', async () => {
  const { page } = desk;
  const urls = await orientedPhotos(page, jobAddress);
  assert.equal(urls.length, 8);
  for (const url of urls) assert.deepEqual(await quartersOf(page, url), ['red', 'green', 'blue', 'white'], url);
});

test('the viewer is walked through by keyboard', async () => {
  const { page, troubles } = desk;
  const order = await orderOf(page, jobAddress);
  await page.locator('[data-photo] button').first().focus();
  await page.keyboard.press('Enter');
  await page.locator('.stage').waitFor();
  assert.equal(await shownOf(page), order[0]);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((id) => location.pathname.endsWith(id), order[2]);
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction((id) => location.pathname.endsWith(id), order[1]);
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction((id) => location.pathname.endsWith(id), order[0]);
  await page.keyboard.press('ArrowLeft'); // the first stays
  await page.waitForFunction((id) => location.pathname.endsWith(id), order[0]);
  for (let i = 0; i < 9; i += 1) await page.keyboard.press('ArrowRight');
  await page.waitForFunction((id) => location.pathname.endsWith(id), order[9]);
  await page.waitForFunction(() => /drawn|sharp/.test(document.querySelector('.stage')?.dataset.state));
  await screenshot(page, 'desktop-9-viewer');
  await page.keyboard.press('i');
  await page.getByRole('complementary', { name: 'Information' }).waitFor();
  await screenshot(page, 'desktop-9-viewer-facts');
  await assertAccessible(page);
  await page.reload(); // the view is in the address line
  await page.locator('.stage').waitFor();
  assert.equal(await shownOf(page), order[9]);
  await page.keyboard.press('Escape');
  await page.locator('.stage').waitFor({ state: 'detached' });
  assert.equal(await shownOf(page), null);
  untroubled(troubles);
});

test('the photo list is filtered from the address line and by hand', async () => {
  const { page, troubles } = desk;
  await page.getByRole('link', { name: 'Photos' }).click();
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
  await screenshot(page, 'desktop-10-photos');
  await assertAccessible(page);
  await page.getByRole('combobox').fill('nothing is called this');
  await page.keyboard.press('Enter');
  await page.getByText('No photo matches these filters.').waitFor();
  assert.match(page.url(), /q=nothing/);
  await screenshot(page, 'desktop-11-no-match');
  await button(page, 'Remove the filter words: nothing is called this').click();
  await page.locator('[data-photo]').first().waitFor();
  const taken = await dayOfOneTaken(page);
  await page.goto(`/photos?from=${taken}&to=${taken}`);
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
  assert.ok((await tilesOf(page)).length < photoCount);
  await button(page, `Remove the filter from: ${taken}`).waitFor();
  await page.goto('/photos');
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
  const { total } = await page.evaluate(async () => (await fetch('/api/v1/images/photos/segments')).json());
  assert.equal(total, photoCount);
  untroubled(troubles);
});

const told = (page, words) => page.locator('.toast__words', { hasText: words });

test('a photo is described and tagged, and found by its words', async () => {
  const { page, troubles } = desk;
  await page.goto(jobAddress);
  await page.locator('[data-photo] button').first().click();
  await page.waitForFunction(() => /drawn|sharp/.test(document.querySelector('.stage')?.dataset.state));
  const described = await shownOf(page);
  await page.keyboard.press('e');
  await page.getByRole('textbox', { name: 'Description' }).fill('Ridge tile cracked over the lantern');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: 'Ridge tile cracked over the lantern', level: 1 }).waitFor();
  await page.keyboard.press('t');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Add a tag');
  await page.keyboard.type('ridge,');
  await page.getByRole('complementary', { name: 'Information' }).getByRole('link', { name: 'ridge' }).waitFor();
  await screenshot(page, 'desktop-10-described');
  await page.goto('/photos');
  await page.getByRole('combobox').fill('lantern');
  await page.keyboard.press('Enter');
  await page.waitForFunction((id) => [...document.querySelectorAll('[data-photo]')].map((one) => one.dataset.photo).join() === id, described);
  await page.goto('/photos?tag=ridge');
  await page.locator('[data-photo]').first().waitFor();
  assert.deepEqual(await tilesOf(page), [described]);
  untroubled(troubles);
});

const look = (screen) => async (page, name) => {
  await screenshot(page, `${screen}-14-${name}`);
  await assertAccessible(page);
  assert.equal(await overflowOf(page), 0);
};

test('photos with positions are found on the map, opened there, and filtered by it', async () => {
  const { page, troubles } = desk;
  const token = await server.anonymous().login('ada', password);
  await placePhotos(server.withToken(token), jobAddress.split('/').pop());
  await walkTheMap(page, look('desktop'));
  untroubled(troubles);
});

test('many photos are marked, tagged, thrown away and had back', async () => {
  const { page, troubles } = desk;
  const mark = (place) => page.locator('.grid-tile').nth(place).getByRole('checkbox').click({ force: true });
  const total = () => page.evaluate(async () => (await (await fetch('/api/v1/images/photos/segments')).json()).total);
  await page.goto('/photos');
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
  await page.locator('.grid-tile').first().hover();
  await mark(0);
  await page.locator('.grid-tile').nth(4).hover();
  await page.locator('.grid-tile').nth(4).getByRole('checkbox').click({ modifiers: ['Shift'] });
  await button(page, 'Tag').click();
  const dialog = page.getByRole('dialog', { name: 'Tag photos' });
  await dialog.getByRole('textbox').fill('to be looked at again');
  await dialog.getByRole('button', { name: 'Add the tags' }).click();
  await told(page, '5 photos tagged').waitFor();
  await button(page, 'Move to trash').click();
  await told(page, '5 photos moved to the trash').waitFor();
  assert.equal(await total(), photoCount - 5);
  await screenshot(page, 'desktop-11-thrown-away');
  await button(page, 'Undo').click();
  await page.goto('/photos?tag=to+be+looked+at+again');
  await page.waitForFunction(() => document.querySelectorAll('[data-photo]').length === 5);
  assert.equal(await total(), photoCount);
  untroubled(troubles);
});

test('the API’s documentation opens without a trouble', async () => {
  const { page, troubles } = desk;
  await page.goto('/api/docs');
  await page.locator('#operations-tag-Jobs').click();
  await page.getByText('/api/v1/jobs', { exact: false }).first().waitFor();
  await screenshot(page, 'desktop-12-api-docs');
  untroubled(troubles);
});

test('signing out ends the session', async () => {
  const { page, troubles } = desk;
  await page.goto('/jobs');
  await signOut(page);
  await button(page, 'Sign in').waitFor();
  untroubled(troubles);
  await page.goto(jobAddress);
  await button(page, 'Sign in').waitFor();
  assert.match(page.url(), /next=/);
  untroubled(troubles);
  await desk.context.close();
});

let phone;
test('on a phone: sign-in, jobs, gallery with the camera, viewer, no sideways scrolling', async () => {
  phone = await openPage(browser, server.base, 'phone');
  const { page, troubles } = phone;
  await page.goto('/sign-in');
  await button(page, 'Sign in').waitFor();
  await screenshot(page, 'phone-1-sign-in');
  await signIn(page);
  await page.getByText('W-2041').waitFor();
  assert.equal(await overflowOf(page), 0);
  await screenshot(page, 'phone-2-jobs');
  await assertAccessible(page);
  await page.getByText('W-2041').click();
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
  assert.equal(await page.locator('[data-test=camera]').getAttribute('capture'), 'environment');
  assert.equal(await overflowOf(page), 0);
  await screenshot(page, 'phone-3-job');
  await assertAccessible(page);
  await page.locator('[data-photo] button').nth(8 % photoCount).click();
  await page.waitForFunction(() => /drawn|sharp/.test(document.querySelector('.stage')?.dataset.state));
  await screenshot(page, 'phone-4-viewer');
  untroubled(troubles);
});

test('on a phone: a photo is described and tagged, and found by its words', async () => {
  const { page, troubles } = phone;
  const described = await shownOf(page);
  await button(page, 'Information').tap();
  const facts = page.getByRole('complementary', { name: 'Information' });
  await facts.getByRole('button', { name: 'Change the description' }).tap();
  await facts.getByRole('textbox', { name: 'Description' }).fill('Gutter loose at the chimney');
  await facts.getByRole('button', { name: 'Save' }).tap();
  await facts.getByText('Gutter loose at the chimney').waitFor();
  await facts.getByRole('combobox', { name: 'Add a tag' }).fill('gutter,');
  await facts.getByRole('link', { name: 'gutter' }).waitFor();
  await screenshot(page, 'phone-4-viewer-facts');
  await assertAccessible(page);
  await page.getByRole('link', { name: 'Back to the list' }).click();
  await page.getByRole('link', { name: 'Photos' }).click();
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
  assert.equal(await overflowOf(page), 0);
  await screenshot(page, 'phone-5-photos');
  await assertAccessible(page);
  await page.getByRole('combobox').fill('chimney');
  await page.keyboard.press('Enter');
  await page.waitForFunction((id) => [...document.querySelectorAll('[data-photo]')].map((one) => one.dataset.photo).join() === id, described);
  await button(page, 'Remove the filter words: chimney').tap();
  await page.waitForFunction(() => document.querySelectorAll('[data-photo]').length > 1);
  untroubled(troubles);
});

test('on a phone: the map, many at once, the trash and back, sign-out', async () => {
  const { page, context, troubles } = phone;
  await walkTheMap(page, look('phone'));
  await page.locator('.grid-tile').first().getByRole('checkbox').tap();
  await page.locator('.grid-tile').nth(1).getByRole('checkbox').tap();
  await button(page, 'Tag').tap();
  const dialog = page.getByRole('dialog', { name: 'Tag photos' });
  await dialog.getByRole('textbox').fill('seen on the roof');
  await screenshot(page, 'phone-6-tagging');
  await dialog.getByRole('button', { name: 'Add the tags' }).tap();
  await told(page, '2 photos tagged').waitFor();
  await button(page, 'Move to trash').tap();
  await told(page, '2 photos moved to the trash').waitFor();
  await screenshot(page, 'phone-6-thrown-away');
  await button(page, 'Undo').tap();
  await until(page, async (all) => (await (await fetch('/api/v1/images/photos/segments')).json()).total === all, photoCount);
  untroubled(troubles);
  await signOut(page);
  await button(page, 'Sign in').waitFor();
  untroubled(troubles);
  await context.close();
});

test('the dark scheme has its own colours', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { colorScheme: 'dark' });
  await page.goto('/sign-in');
  await button(page, 'Sign in').waitFor();
  await assertAccessible(page);
  await signIn(page);
  await assertAccessible(page);
  await page.goto('/photos');
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
  await assertAccessible(page);
  await page.goto(jobAddress);
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
  await screenshot(page, 'desktop-13-dark');
  await assertAccessible(page);
  untroubled(troubles);
  await context.close();
});
