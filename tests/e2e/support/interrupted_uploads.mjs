// Many large photos over a line that is cut every three seconds, with the browser closed half-way: the pages must bring
// every one to the server, whole and once, without being asked again.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture } from '../../api/support/pictures.mjs';
import { password, startServer } from '../../api/support/server.mjs';
import { launchProfile, screenshot, screens } from './browser.mjs';
import { flakyProxy } from './flaky_proxy.mjs';

const bytesEach = 5_000_000;
const rate = 1_400_000; // bytes a second of a connection: a photo takes longer than the line holds
const every = 3000; // milliseconds between cuts
const longestSegment = 65_533; // of a comment's content (ITU-T T.81, B.2.4.5)
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// A valid JPEG picture of `bytesEach` bytes: comment segments of noise right after the start marker.
function paddedJpeg(jpeg) {
  const segments = [];
  for (let left = bytesEach - jpeg.length; left > 4; left -= longestSegment + 4) {
    const content = randomBytes(Math.min(longestSegment, left - 4));
    const head = Buffer.from([0xff, 0xfe, (content.length + 2) >> 8, (content.length + 2) & 0xff]);
    segments.push(head, content);
  }
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

async function makePhotos(folder, count) {
  const base = fixture('orientation_1.jpg');
  const photos = [];
  for (let i = 0; i < count; i += 1) {
    const bytes = paddedJpeg(base);
    const path = join(folder, `photo_${String(i).padStart(3, '0')}.jpg`);
    await writeFile(path, bytes);
    photos.push({ path, hash: sha256(bytes) });
  }
  return photos;
}

// The same profile each time: what the browser kept is what it goes on with.
async function openProfile(profile, base) {
  const context = await launchProfile(profile, { ...screens.desktop, baseURL: base, serviceWorkers: 'block' });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(60_000);
  const troubles = [];
  page.on('pageerror', (error) => troubles.push(`page: ${error.message}`));
  page.on('console', (message) => {
    // The line is cut on purpose: only what the page itself says counts.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) troubles.push(message.text());
  });
  return { context, page, troubles };
}

async function signIn(page) {
  await page.goto('/sign-in');
  await page.getByLabel('Name').fill('tom');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Jobs' }).waitFor();
}

async function photosAt(client) {
  const all = [];
  for (let cursor = ''; cursor !== null; ) {
    const { status, body } = await client.get(`/api/v1/images/photos/?limit=500${cursor && `&cursor=${cursor}`}`);
    assert.equal(status, 200);
    all.push(...body.results);
    cursor = body.next;
  }
  return all;
}

async function untilStored(client, count, deadline) {
  const end = Date.now() + deadline;
  for (;;) {
    const stored = (await photosAt(client)).length;
    if (stored >= count) return;
    if (Date.now() > end) throw new Error(`only ${stored} of ${count} photos arrived in time`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

// Every photo once, with the bytes that were sent, on the disk as well.
async function assertWhole(client, photos) {
  const stored = await photosAt(client);
  assert.equal(stored.length, photos.length, 'none twice');
  assert.deepEqual(stored.map((photo) => photo.sha256).sort(), photos.map((photo) => photo.hash).sort());
  for (const photo of stored) {
    const { bytes } = await client.get(`/api/v1/images/photos/${photo.id}/original`);
    assert.equal(sha256(bytes), photo.sha256, photo.original_filename);
  }
}

export async function runInterruptedUploads(count) {
  const deadline = 120_000 + count * 10_000; // milliseconds
  const server = await startServer();
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-uploads-'));
  const profile = join(folder, 'profile');
  let opened;
  let proxy;
  try {
    server.addUser('ada', 'administrator'); // without one every page leads to the first run
    const client = await server.as('technician', 'tom');
    const job = await client.newJob({ title: 'Pump station' });
    const photos = await makePhotos(folder, count);
    proxy = await flakyProxy(server.port, { every, rate });
    const base = `http://127.0.0.1:${proxy.port}`;
    const began = Date.now();

    // The line is cut while photos are sent: how pages come over such a line is the service worker's affair.
    opened = await openProfile(profile, base);
    await signIn(opened.page);
    await opened.page.goto(`/job/${job.id}`);
    await opened.page.locator('[data-test=files]').first().setInputFiles(photos.map(({ path }) => path));
    await opened.page.locator('[data-test=upload-summary]').waitFor();
    proxy.begin();
    await untilStored(client, Math.floor(count / 2), deadline);
    await screenshot(opened.page, 'desktop-uploads-half-way');
    assert.deepEqual(opened.troubles, []);
    await opened.context.close();
    proxy.rest();
    const half = (await photosAt(client)).length;

    // Nothing is chosen again: opening any page is enough.
    opened = await openProfile(profile, base);
    await opened.page.goto('/photos');
    await opened.page.locator('[data-test=upload-summary]').waitFor();
    proxy.begin();
    await screenshot(opened.page, 'desktop-uploads-resumed');
    await untilStored(client, count, deadline);
    await opened.page.locator('[data-state=sending], [data-state=waiting], [data-state=storing]').first().waitFor({ state: 'detached' });
    await screenshot(opened.page, 'desktop-uploads-done');
    const seconds = (Date.now() - began) / 1000;
    assert.deepEqual(opened.troubles, []);
    const left = await opened.page.evaluate(
      () =>
        new Promise((resolve) => {
          const request = indexedDB.open('sightglass-uploads');
          request.onsuccess = () => {
            const all = request.result.transaction('files').objectStore('files').count();
            all.onsuccess = () => resolve(all.result);
          };
        }),
    );
    assert.equal(left, 0, 'the browser keeps no file that is stored');
    await assertWhole(client, photos);
    const resent = proxy.bytesUp / (count * bytesEach);
    return { seconds, half, cuts: proxy.cuts, resent, files: count };
  } finally {
    await opened?.context.close().catch(() => undefined);
    proxy?.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
