// Habits and mishaps of people: slow lines, broken files, double clicks, the back button, a session that ends.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { password, startServer } from '../api/support/server.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { launch, openPage, overflowOf, screenshot } from './support/browser.mjs';
import { button } from './support/page_parts.mjs';
import { photosToUpload } from './support/pictures.mjs';

const hostile = '"><script>alert(1)</script>&lt;b&gt;';
let server;
let browser;
let upload;
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator');
  server.addUser('vera', 'viewer');
  browser = await launch();
  upload = await photosToUpload(20);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  if (upload) await rm(upload.folder, { recursive: true, force: true });
});

const files = (page) => page.locator('[data-test=files]');
const stored = (page, count, total = count) => page.getByText(new RegExp(`^${count} of ${total} photos? stored`)).waitFor();
const picture = (name, seed = name) => ({ name, mimeType: 'image/jpeg', buffer: distinct(fixture('orientation_1.jpg'), seed) });

async function fillSignIn(page, name = 'ada') {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await button(page, 'Sign in').click();
}

async function signedIn(screen = 'desktop', name = 'ada', options = {}) {
  const opened = await openPage(browser, server.base, screen, options);
  await opened.page.goto('/sign-in');
  await fillSignIn(opened.page, name);
  await opened.page.getByRole('heading', { name: 'Jobs' }).waitFor();
  return opened;
}

async function openJob(page, title) {
  await page.goto('/jobs');
  await button(page, 'New job').click();
  await page.getByLabel('Title').fill(title);
  await button(page, 'Create the job').click();
  await page.getByText('No photos yet').waitFor();
  return new URL(page.url()).pathname;
}

// The line to the server loses the uploads until the returned function is called.
async function cutLine(page) {
  await page.route(/api\/v1\/uploads/, (route) => route.abort('connectionfailed'));
  return () => page.unroute(/api\/v1\/uploads/);
}

test('a double click makes one job', async () => {
  const { page, context } = await signedIn();
  await button(page, 'New job').click();
  await page.getByLabel('Title').fill('Twice clicked');
  await button(page, 'Create the job').dblclick();
  await page.getByText('No photos yet').waitFor();
  await page.goto('/jobs');
  await page.getByText('Twice clicked').first().waitFor();
  assert.equal(await page.getByText('Twice clicked').count(), 1);
  await context.close();
});

test('hostile words in every field and in a file name are shown as words', async () => {
  const { page, context, troubles } = await signedIn();
  let alerts = 0;
  page.on('dialog', (dialog) => (alerts += 1) && dialog.dismiss());
  await button(page, 'New job').click();
  for (const name of ['Number', 'Title', 'Customer', 'Address', 'Notes']) await page.getByLabel(name).fill(hostile);
  await button(page, 'Create the job').click();
  await page.getByLabel('Description for the next photos').fill(hostile);
  await files(page).setInputFiles(picture(`${hostile.replace('/', '')}.jpg`));
  await stored(page, 1);
  await page.locator('[data-photo] button').first().click();
  await page.locator('.photo-bar__title', { hasText: hostile }).waitFor();
  await page.keyboard.press('i');
  await page.getByRole('complementary', { name: 'Information' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Jobs', exact: true }).click();
  await page.getByText(hostile).first().waitFor();
  assert.equal(alerts, 0);
  assert.equal(await overflowOf(page), 0);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a broken file among many is refused in words, and the others are stored', async () => {
  const { page, context } = await signedIn();
  await openJob(page, 'With a broken one');
  const broken = { name: 'half.jpg', mimeType: 'image/jpeg', buffer: fixture('orientation_1.jpg').subarray(0, 400) };
  await files(page).setInputFiles([picture('a.jpg'), broken, picture('b.jpg'), picture('again a.jpg', 'a.jpg')]);
  const failed = page.locator('[data-state=failed]');
  await failed.waitFor();
  await stored(page, 3, 4);
  assert.match(await failed.locator('.upload__words').innerText(), /JPEG|image|picture|file/i);
  await page.getByText('Was there already; not stored again.').waitFor();
  assert.equal(await page.locator('[data-photo]').count(), 2);
  await screenshot(page, 'person-1-broken');
  await assertAccessible(page);
  await button(page, 'Cancel half.jpg').click();
  await failed.waitFor({ state: 'detached' });
  await context.close();
});

test('a lost line says so, keeps the photos, and all are sent by themselves when it is back', async () => {
  const { page, context } = await signedIn();
  await openJob(page, 'Bad reception');
  const mend = await cutLine(page);
  await files(page).setInputFiles([picture('c.jpg'), picture('d.jpg')]);
  await page.getByText('Waiting for the connection').nth(1).waitFor();
  await screenshot(page, 'person-2-lost-line');
  await mend();
  await stored(page, 2);
  await context.close();
});

test('uploads go on while a person walks back and returns', async () => {
  const { page, context, troubles } = await signedIn();
  const job = await openJob(page, 'Walked away');
  await page.route(/api\/v1\/uploads/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 100)); // a slow line
    await route.continue();
  });
  await files(page).setInputFiles(upload.paths);
  await page.getByText(/of 20 photos stored/).waitFor();
  await screenshot(page, 'person-3-slow');
  await page.goBack();
  await page.getByRole('heading', { name: 'Jobs' }).waitFor();
  await page.goForward();
  await stored(page, 20);
  await page.getByRole('heading', { name: 'Photos 20 photos' }).waitFor();
  assert.equal(new URL(page.url()).pathname, job);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a reload in the middle of uploading asks nothing and loses nothing', async () => {
  const { page, context } = await signedIn();
  const job = await openJob(page, 'Reloaded');
  const asked = [];
  page.on('dialog', (dialog) => asked.push(dialog.type()) && dialog.accept());
  const isLate = (request) => request.headers()['upload-metadata']?.includes(Buffer.from('late.jpg').toString('base64'));
  await page.route(/api\/v1\/uploads/, (route) => (isLate(route.request()) ? undefined : route.continue()));
  await files(page).setInputFiles([picture('early.jpg'), picture('late.jpg')]);
  await stored(page, 1, 2);
  await page.unroute(/api\/v1\/uploads/);
  await page.reload();
  await page.getByRole('heading', { name: 'Photos 2 photos' }).waitFor();
  assert.deepEqual(asked, []);
  assert.equal(new URL(page.url()).pathname, job);
  await context.close();
});

test('a session that ends while sending loses no photo: sign in, and they go on by themselves', async () => {
  const { page, context } = await signedIn();
  const job = await openJob(page, 'Expired');
  await context.clearCookies();
  await files(page).setInputFiles([picture('e.jpg'), picture('f.jpg'), picture('g.jpg'), picture('h.jpg')]);
  await button(page, 'Sign in').waitFor();
  await page.getByText('Your sign-in has ended').waitFor();
  await screenshot(page, 'person-4-expired');
  await fillSignIn(page);
  await page.getByRole('heading', { name: 'Photos 4 photos' }).waitFor();
  assert.equal(new URL(page.url()).pathname, job);
  await context.close();
});

test('a job opened while signed out asks for a sign-in and comes back to it, photo and all', async () => {
  const first = await signedIn();
  const job = await openJob(first.page, 'Linked');
  await files(first.page).setInputFiles(picture('linked.jpg'));
  await first.page.locator('[data-photo] button').first().click();
  await first.page.locator('.stage').waitFor();
  const link = new URL(first.page.url());
  await first.context.close();
  const { page, context } = await openPage(browser, server.base, 'desktop');
  await page.goto(link.pathname + link.search);
  await fillSignIn(page);
  await page.locator('.stage').waitFor();
  assert.equal(page.url(), link.href);
  await page.goBack();
  assert.ok(!page.url().includes('sign-in'), 'the back button leads to the sign-in again');
  assert.match(job, /^\/job\/\d+$/);
  await context.close();
});

test('a job or a page that is not there says so and leads on', async () => {
  const { page, context } = await signedIn();
  for (const address of ['/job/99999', '/no/such/page']) {
    const answer = await page.goto(address);
    assert.equal(answer.status(), 404, address);
    await page.getByRole('link', { name: 'Go to the jobs' }).waitFor();
    await screenshot(page, `person-5-missing-${address.split('/').pop()}`);
    await assertAccessible(page);
  }
  await context.close();
});

test('a viewer sees photos and is offered nothing that is not allowed', async () => {
  const { page, context, troubles } = await signedIn('phone', 'vera', { colorScheme: 'dark' });
  assert.equal(await button(page, 'New job').count(), 0);
  await page.getByText('Linked').click();
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
  assert.equal(await files(page).count(), 0);
  await screenshot(page, 'person-6-viewer-role-dark');
  await assertAccessible(page);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('the keyboard alone signs in, makes a job, opens a photo and signs out', async () => {
  const { page, context } = await openPage(browser, server.base, 'desktop');
  await page.goto('/sign-in');
  await button(page, 'Sign in').waitFor();
  for (const words of ['ada', password]) {
    await page.keyboard.type(words);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Jobs' }).waitFor();
  await tabTo(page, 'New job');
  await page.keyboard.press('Enter');
  await page.keyboard.type('K-1');
  await page.keyboard.press('Enter');
  await page.getByText('No photos yet').waitFor();
  await tabTo(page, '', '[data-test=files]');
  await files(page).setInputFiles(picture('keyed.jpg'));
  await page.locator('[data-photo]').waitFor();
  await tabTo(page, '', '[data-photo] button');
  await page.keyboard.press('Enter');
  await page.locator('.stage').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.stage').waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.closest('[data-photo]') !== null);
  await tabTo(page, '', '.account');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
  await page.keyboard.type('Si');
  await page.keyboard.press('Enter');
  await button(page, 'Sign in').waitFor();
  await context.close();
});

// Presses Tab until the focus is on the element of this name, or matching this selector.
async function tabTo(page, name, selector = 'button, a') {
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press('Tab');
    const isThere = await page.evaluate(
      ([words, place]) => document.activeElement.matches(place) && (!words || document.activeElement.textContent.trim() === words),
      [name, selector],
    );
    if (isThere) return;
  }
  assert.fail(`the Tab key never came to ${name || selector}`);
}
