// Every page, and what opens above it, in both themes, on a desk and on a phone: accessible, within its window, and
// without a console error, a breach of the content security policy or a failed request.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { startServer } from '../api/support/server.mjs';
import { launch, looks, openPage, overflowOf } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button } from './support/page_parts.mjs';
import { photosToUpload } from './support/pictures.mjs';
import { signIn } from './support/sign_in.mjs';

let server;
let browser;
let upload;
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator');
  server.addUser('vera', 'viewer');
  browser = await launch();
  upload = await photosToUpload(24);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  if (upload) await rm(upload.folder, { recursive: true, force: true });
});

// Through the API as the page that is signed in: quicker than by hand, which other tests do.
async function makeJob(page) {
  return page.evaluate(async () => {
    const { csrf_token: token } = await (await fetch('/api/v1/auth/session')).json();
    const answer = await fetch('/api/v1/jobs', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': token },
      body: JSON.stringify({ number: 'W-2041', title: 'North hall, roof', customer: 'Hansen & Sons', address: 'Harbour Road 12' }),
    });
    return `/job/${(await answer.json()).id}`;
  });
}

const firstPicture = (page) => page.locator('[data-photo] img.is-loaded').first().waitFor();

// A page of the application: how it is called, where it stands, and when it is ready to be looked at. Add yours.
const pages = [
  { name: 'jobs', address: () => '/jobs', isReady: (page) => page.getByText('North hall, roof').waitFor() },
  { name: 'job', address: (job) => job, isReady: firstPicture },
  { name: 'photos', address: () => '/photos', isReady: firstPicture },
  { name: 'trash', address: () => '/photos?trashed=1', isReady: (page) => page.locator('.empty').waitFor() },
  { name: 'map', address: () => '/map', isReady: (page) => page.locator('.world-map__land').first().waitFor({ state: 'attached' }) },
  { name: 'stations', address: () => '/stations', isReady: (page) => page.locator('.empty').waitFor() },
  { name: 'sources', address: () => '/sources', isReady: (page) => page.locator('.empty').waitFor() },
  { name: 'image-id', address: () => '/api/ml/image-id', isReady: (page) => page.locator('#qr-form').waitFor() },
  { name: 'photos-none', address: () => '/photos?q=nothing+is+called+this', isReady: (page) => page.locator('.empty').waitFor() },
];

async function openMenu(page) {
  await page.getByRole('button', { name: /^(Account of|More$)/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
}

let job;
test('before anything is there, each page says what to do next', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signIn(page);
  for (const address of ['/jobs', '/photos']) {
    await page.goto(address);
    await page.locator('.empty__title').waitFor();
    await check(page, troubles, `page-empty${address.replace('/', '-')}`);
  }
  job = await makeJob(page);
  await page.goto(job);
  await page.locator('.empty__title').waitFor();
  await check(page, troubles, 'page-empty-job');
  await page.locator('[data-test=files]').setInputFiles(upload.paths);
  await page.getByText(`${upload.paths.length} of ${upload.paths.length} photos stored`).waitFor();
  await context.close();
});

for (const { screen, colorScheme } of looks) {
  const named = (name) => `page-${screen}-${colorScheme}-${name}`;

  test(`every page, ${screen}, ${colorScheme}`, async () => {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await page.goto('/sign-in');
    await button(page, 'Sign in').waitFor();
    await check(page, troubles, named('sign-in'));
    await signIn(page);
    for (const { name, address, isReady } of pages) {
      await page.goto(address(job));
      await isReady(page);
      await check(page, troubles, named(name));
    }
    await page.goto('/jobs');
    await openMenu(page);
    await check(page, troubles, named('menu'));
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await check(page, troubles, named('keys'));
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.goto(job);
    await page.locator('[data-photo] button').nth(9).click();
    await page.waitForFunction(() => /drawn|sharp/.test(document.querySelector('.stage')?.dataset.state));
    await check(page, troubles, named('viewer'));
    await context.close();
  });
}

test('the theme that is chosen holds against the system’s, from the first paint, and everywhere', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { colorScheme: 'light' });
  await signIn(page);
  await openMenu(page);
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  const themeOf = (one) => one.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await themeOf(page), 'dark');
  await page.reload({ waitUntil: 'commit' });
  await page.waitForFunction(() => document.body !== null);
  assert.equal(await themeOf(page), 'dark');
  const other = await context.newPage();
  await other.goto('/photos');
  await other.getByRole('button', { name: 'Account of ada' }).click();
  await other.getByRole('menuitemradio', { name: 'As the system' }).click();
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a browser in German is spoken to in German, and the language can be changed on the page', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await page.goto('/sign-in');
  await button(page, 'Anmelden').waitFor();
  await check(page, troubles, 'page-german-sign-in');
  await signIn(page);
  await page.getByRole('heading', { name: 'Aufträge' }).waitFor();
  await page.getByText(/angelegt \d\d\.\d\d\.\d{4}/).waitFor();
  await page.goto(job);
  await firstPicture(page);
  await check(page, troubles, 'page-german-job');
  assert.equal(await page.getAttribute('html', 'lang'), 'de');
  await page.getByRole('button', { name: 'Konto von ada' }).click();
  await page.getByRole('menuitemradio', { name: 'English' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: /^Photos 24/ }).waitFor();
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await page.reload();
  await page.getByRole('heading', { name: /^Photos 24/ }).waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});

test('keys lead from page to page, tell what is active, and stay out of fields', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signIn(page);
  await page.getByRole('heading', { name: 'Jobs' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.getByRole('heading', { name: 'Photos' }).waitFor();
  await page.getByRole('combobox').focus();
  await page.keyboard.type('gj?');
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.equal(new URL(page.url()).pathname, '/photos');
  await page.goto(job);
  await page.locator('[data-photo] button').first().click();
  await page.locator('.stage').waitFor();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.getByText('Next photo').waitFor();
  assert.equal(await sheet.getByText('Go to Jobs').count(), 0, 'keys of the covered page are listed');
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await page.locator('.stage').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.stage').waitFor({ state: 'detached' });
  assert.deepEqual(troubles, []);
  await context.close();
});

test('focus goes into what opens and back to what opened it', async () => {
  const { page, context } = await openPage(browser, server.base, 'desktop');
  await signIn(page);
  const account = page.getByRole('button', { name: 'Account of ada' });
  await account.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.waitFor();
  for (let i = 0; i < 4; i += 1) {
    await page.keyboard.press('Tab');
    assert.ok(await sheet.evaluate((dialog) => dialog.contains(document.activeElement)), 'the focus left the dialog');
  }
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.classList.contains('account'));
  await page.getByRole('link', { name: 'Photos', exact: true }).click();
  await page.getByRole('heading', { name: 'Photos' }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'content');
  await context.close();
});

test('signing out while photos are on their way asks first', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'phone', { colorScheme: 'dark' });
  await signIn(page);
  await page.goto(job);
  await page.route(/api\/v1\/uploads/, () => undefined); // never answered
  await page.locator('[data-test=files]').setInputFiles(upload.paths.slice(0, 1));
  await openMenu(page);
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Photos are still being sent' });
  await dialog.waitFor();
  await check(page, troubles, 'page-confirm');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  await openMenu(page);
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await dialog.getByRole('button', { name: 'Sign out' }).click();
  await button(page, 'Sign in').waitFor();
  await context.close();
});

test('nothing moves for those who asked for less motion, and a doubled size of letters fits', async () => {
  const { page, context } = await openPage(browser, server.base, 'desktop', { reducedMotion: 'reduce', viewport: { width: 720, height: 450 } });
  await signIn(page);
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  const longest = await page.evaluate(() => Math.max(0, ...document.getAnimations().map((one) => Number(one.effect.getComputedTiming().duration))));
  assert.ok(longest <= 1, `an animation of ${longest} ms`);
  await page.keyboard.press('Escape');
  for (const { address, isReady } of pages) {
    await page.goto(address(job));
    await isReady(page);
    assert.equal(await overflowOf(page), 0, address(job));
  }
  await context.close();
});
