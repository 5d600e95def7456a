// Sightglass as an application of the browser: it can be installed, opens without a connection, takes a new version
// when asked, and leaves nothing behind that needs a sign-in.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { password, root, startServer } from '../api/support/server.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { launch, openPage, screenshot, signOut } from './support/browser.mjs';
import { button } from './support/page_parts.mjs';

let folder;
let server;
let browser;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightglass-web-'));
  await cp(process.env.SIGHTGLASS_WEB_ROOT ?? join(root, 'web', 'dist'), folder, { recursive: true });
  process.env.SIGHTGLASS_WEB_ROOT = folder; // so that a new version can be laid there
  server = await startServer();
  server.addUser('ada', 'administrator');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const whole = { serviceWorkers: 'allow' };

async function signIn(page) {
  await page.goto('/sign-in');
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password').fill(password);
  await button(page, 'Sign in').click();
  await page.getByRole('heading', { name: 'Jobs' }).waitFor();
}

const untilControlled = (page) => page.evaluate(async () => {
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
});

test('the manifest and its icons are what a browser asks of an application', async () => {
  const answer = await fetch(`${server.base}/manifest.webmanifest`);
  assert.equal(answer.headers.get('content-type'), 'application/manifest+json');
  assert.equal(answer.headers.get('cache-control'), 'no-cache');
  const manifest = await answer.json();
  assert.equal(manifest.display, 'standalone');
  for (const { src, sizes, type } of manifest.icons) {
    const icon = await fetch(new URL(src, server.base));
    assert.equal(icon.headers.get('content-type'), type, src);
    const bytes = Buffer.from(await icon.arrayBuffer());
    assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes, src); // width and height of the PNG's IHDR
  }
  const worker = await fetch(`${server.base}/service-worker.js`);
  assert.match(worker.headers.get('content-type'), /^text\/javascript/);
  assert.equal(worker.headers.get('cache-control'), 'no-cache');
  const session = await (await browser.newContext()).newPage();
  await session.goto(server.base);
  const client = await session.context().newCDPSession(session);
  const { errors } = await client.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await client.send('Page.getInstallabilityErrors');
  // A test's browser profile counts as an incognito window, where nothing is installed.
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), []);
  await session.context().close();
});

test('its cache holds the application’s own files, and neither answers nor pictures', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', whole);
  await signIn(page);
  await untilControlled(page);
  await button(page, 'New job').click();
  await page.getByLabel('Title').fill('Kept from the cache');
  await button(page, 'Create the job').click();
  await page.locator('[data-test=files]').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: distinct(fixture('orientation_1.jpg'), 'a') });
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
  await page.reload();
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
  await signOut(page);
  await button(page, 'Sign in').waitFor();
  const kept = await page.evaluate(async () => {
    const caching = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return caching.flat().map((request) => new URL(request.url).pathname);
  });
  assert.ok(kept.includes('/') && kept.length > 5);
  assert.deepEqual(kept.filter((path) => path !== '/' && !path.startsWith('/assets/')), []);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('without a connection it still opens, says so, and goes on by itself', async () => {
  const { page, context } = await openPage(browser, server.base, 'phone', whole);
  await signIn(page);
  await untilControlled(page);
  await context.setOffline(true);
  await page.getByText('No connection.', { exact: false }).waitFor();
  await screenshot(page, 'application-offline-page');
  await assertAccessible(page);
  await page.goto('/photos');
  await page.getByRole('heading', { name: 'No connection to Sightglass' }).waitFor();
  await screenshot(page, 'application-offline');
  await assertAccessible(page);
  await context.setOffline(false);
  await page.getByRole('heading', { name: 'Photos', exact: true }).waitFor();
  await context.close();
});

test('a new version waits until it is asked for', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', whole);
  await signIn(page);
  await untilControlled(page);
  const path = join(folder, 'service-worker.js');
  await rm(`${path}.gz`, { force: true });
  await writeFile(path, (await readFile(path, 'utf8')).replace(/const version = '\w+'/, "const version = 'next'"));
  const other = await context.newPage();
  await other.goto('/photos');
  await other.getByText('No photos yet').or(other.locator('[data-photo]')).first().waitFor();
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await page.locator('.toast', { hasText: 'A new version of Sightglass is ready.' }).waitFor();
  await screenshot(page, 'application-update');
  await assertAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await screenshot(page, 'application-update-dark');
  await assertAccessible(page);
  const isReloaded = page.waitForEvent('load');
  await button(page, 'Reload now').click();
  await isReloaded;
  await page.getByRole('heading', { name: 'Jobs' }).waitFor();
  assert.deepEqual(await page.evaluate(() => caches.keys()), ['sightglass-files-next']);
  // The other tab shows the old version still, undisturbed, until its person reloads it.
  await button(other, 'Reload now').click();
  await other.waitForEvent('load');
  assert.deepEqual(troubles, []);
  await context.close();
});
