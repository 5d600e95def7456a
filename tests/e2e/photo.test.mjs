// One photo on a page of its own: zooming to the original's pixels, walking, changing what is said of it, comparing,
// throwing away; by keys, by finger, in both languages.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { shared, startServer } from '../api/support/server.mjs';
import { launch, looks, openPage, screenshot } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

const list = '/api/v1/images/photos';
const hostile = '<img src=x onerror="document.title=1"><b>bold</b>';
const real = ['large_photos/Nikon_D90.jpg', 'large_photos/IMG_0446.jpg', 'large_photos/Leica_T__Typ_701.jpg', 'large_photos/Oppo_R7_Plus.jpg'];

const found = real.map((name) => join(shared, 'data', name)).filter((path) => existsSync(path));
const needsRealPhotos = { skip: found.length < real.length && `ONLY ${found.length} of ${real.length} real photos under ${shared}` };

let server;
let browser;
let olga;
let ids; // oldest first
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator'); // or else the first run is not over
  olga = await server.as('operator', 'olga');
  browser = await launch();
  if (found.length < real.length) console.log(`ONLY ${found.length} REAL PHOTOS under ${shared}: fixtures stand in for the rest`);
  const pictures = found.map((path) => readFileSync(path));
  while (pictures.length < real.length) pictures.push(distinct(fixture('large.jpg'), `stand-in ${pictures.length}`));
  pictures.push(fixture('orientation_6.jpg'), fixture('quadrants.tiff'), distinct(fixture('plain.jpg'), 'last'));
  ids = [];
  for (const [place, bytes] of pictures.entries()) {
    const { id } = await olga.newPhoto(bytes, { description: place === 1 ? hostile : `Photo ${place}`, tags: place === 0 ? 'pump,cellar' : '' });
    const time = { taken_at: `2026-11-0${place + 1}T10:00:00Z` };
    if (place > 0) await olga.patch(`${list}/${id}`, time);
    ids.push(id);
  }
  await olga.patch(`${list}/${ids[0]}`, { taken_at: '2026-11-01T10:00:00Z' });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(page, path) {
  await signInTo(page, path, 'olga');
  await page.locator('.stage').first().waitFor();
}

const drawn = (page, least = 'drawn') =>
  page.waitForFunction((wanted) => [...document.querySelectorAll('.stage')].every((one) => one.dataset.state === 'sharp' || one.dataset.state === wanted), least);
const shownId = (page) => new URL(page.url()).pathname.split('/').pop();
const press = async (page, key, id) => {
  await page.keyboard.press(key);
  await page.waitForURL(`**${id}*`);
};
const panel = (page) => page.getByRole('complementary', { name: 'Information' });

for (const { screen, colorScheme } of looks) {
  test(`the page of a photo, ${screen}, ${colorScheme}`, needsRealPhotos, async () => {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await open(page, `/photo/${ids[0]}`);
    await drawn(page);
    await check(page, troubles, `photo-${screen}-${colorScheme}`);
    await button(page, 'Information').click();
    await panel(page).getByText('Uploaded', { exact: true }).first().waitFor();
    await panel(page).getByText(/attempt 1 of 3/).waitFor();
    await check(page, troubles, `photo-${screen}-${colorScheme}-information`);
    await panel(page).getByText(/EXIF and XMP/).click();
    await button(page, 'Change time or place').click();
    await page.getByText('The file stays as it was sent', { exact: false }).waitFor();
    await check(page, troubles, `photo-${screen}-${colorScheme}-time`);
    await page.keyboard.press('Escape');
    await button(page, 'Compare with another photo').click();
    await page.locator('.compare').waitFor();
    await drawn(page);
    await check(page, troubles, `photo-${screen}-${colorScheme}-compare`);
    await context.close();
  });
}

test('zooming in fetches the original, and shows its pixels', needsRealPhotos, async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await open(page, `/photo/${ids[0]}`);
  await drawn(page);
  const original = `${list}/${ids[0]}/original`;
  assert.ok(!asked.includes(original), 'the original was fetched before anybody zoomed');
  for (let i = 0; i < 5; i += 1) await page.keyboard.press('+');
  await drawn(page, 'sharp');
  assert.ok(asked.includes(original));
  await screenshot(page, 'photo-zoomed');
  await page.keyboard.press('0');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a picture on its side stands upright when zoomed, as on the display image', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await open(page, `/photo/${ids[4]}`);
  await drawn(page);
  await screenshot(page, 'photo-orientation');
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('+');
  await screenshot(page, 'photo-orientation-zoomed');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('arrows walk through the list it came from, and Escape leads back to it', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await open(page, `/photo/${ids[3]}?to=2026-11-06`);
  await button(page, 'Previous photo').waitFor();
  await press(page, 'ArrowLeft', ids[4]);
  await press(page, 'ArrowLeft', ids[5]);
  await page.getByRole('heading', { name: 'Photo 5' }).waitFor();
  assert.equal(await button(page, 'Previous photo').count(), 0, 'a later day than the list’s');
  for (const place of [4, 3, 2, 1, 0]) await press(page, 'ArrowRight', ids[place]);
  await page.getByRole('heading', { name: 'Photo 0' }).waitFor();
  assert.equal(await button(page, 'Next photo').count(), 0);
  await page.reload();
  await button(page, 'Previous photo').waitFor();
  await press(page, 'ArrowLeft', ids[1]);
  assert.equal(await page.locator('.photo-bar__title').textContent(), hostile, 'markup is text');
  assert.notEqual(await page.title(), '1');
  await press(page, 'Escape', '/photos');
  assert.equal(new URL(page.url()).search, '?to=2026-11-06');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('description, tags, time and place are changed at once and taken back; the file stays', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  const [id] = ids;
  const before = await olga.get(`${list}/${id}/original`);
  await open(page, `/photo/${id}`);
  await page.keyboard.press('e');
  const area = page.getByRole('textbox', { name: 'Description' });
  await area.fill('Pump 3, wet below the seal');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: 'Pump 3, wet below the seal', level: 1 }).waitFor();
  await page.locator('.toast__words', { hasText: 'Description changed.' }).waitFor();
  await screenshot(page, 'photo-changed');
  await button(page, 'Undo').click();
  await page.getByRole('heading', { name: 'Photo 0', level: 1 }).waitFor();

  await page.keyboard.press('t');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Add a tag');
  await page.keyboard.type('leak,');
  await panel(page).getByRole('link', { name: 'leak' }).waitFor();
  await button(page, 'Remove cellar').click();
  await panel(page).getByRole('link', { name: 'cellar' }).waitFor({ state: 'detached' });
  await panel(page).getByText('Changed: tags').first().waitFor();
  assert.deepEqual((await olga.get(`${list}/${id}`)).body.tags.sort(), ['leak', 'pump']);

  await button(page, 'Change time or place').click();
  await page.getByLabel('Latitude').fill('91');
  await button(page, 'Save').click();
  await page.getByText('A number from −90 to 90.').waitFor();
  await page.getByLabel('Latitude').fill('48.1375, 11.575');
  await page.getByLabel('Taken at').fill('2020-02-02T03:04:05');
  await button(page, 'Save').click();
  await panel(page).getByText('48.13750, 11.57500').waitFor();
  await panel(page).getByText('by a person').waitFor();
  const changed = (await olga.get(`${list}/${id}`)).body;
  assert.deepEqual([changed.latitude, changed.longitude, changed.taken_at_source], [48.1375, 11.575, 'person']);
  await button(page, 'Change time or place').click();
  await button(page, 'Time as in the file again').click();
  await panel(page).getByText('by a person').waitFor({ state: 'detached' });
  assert.ok((await olga.get(`${list}/${id}/original`)).bytes.equals(before.bytes));
  await olga.patch(`${list}/${id}`, { taken_at: '2026-11-01T10:00:00Z' });
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a change that the server refuses is taken back and said', async () => {
  const { page, context } = await openPage(browser, server.base, 'desktop');
  await open(page, `/photo/${ids[2]}`);
  await page.route(`**${list}/${ids[2]}`, (route) => (route.request().method() === 'PATCH' ? route.fulfill({ status: 503, json: { error: { code: 'unavailable', message: 'busy' } } }) : route.continue()));
  await page.keyboard.press('e');
  await page.getByRole('textbox', { name: 'Description' }).fill('never kept');
  await button(page, 'Save').click();
  await page.locator('.toast__words', { hasText: 'Not changed. busy' }).waitFor();
  await page.getByRole('heading', { name: 'Photo 2', level: 1 }).waitFor();
  await context.close();
});

test('two photos are compared with one zoom', needsRealPhotos, async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await open(page, `/photo/${ids[2]}`);
  await drawn(page);
  await page.waitForFunction(() => document.querySelector('.photo-page__step--on'));
  await page.keyboard.press('c');
  await page.locator('.compare').waitFor();
  await drawn(page);
  assert.equal(new URL(page.url()).searchParams.get('with'), ids[1]);
  const box = await page.locator('.stage').first().boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let i = 0; i < 9; i += 1) {
    await page.mouse.wheel(0, -400);
    await page.waitForTimeout(80); // the least between two turns of a wheel that count
  }
  // The right one fetches its original only when it is zoomed in as well.
  await drawn(page, 'sharp');
  await screenshot(page, 'photo-compare-zoomed');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((id) => location.search.includes(id), ids[0]);
  await page.keyboard.press('Escape');
  await page.locator('.compare').waitFor({ state: 'detached' });
  assert.equal(shownId(page), ids[2]);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('what an analysis found is drawn over the picture, and put away by a key', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  const found = { objects: [{ label: hostile, confidence: 0.93, box: [0.25, 0.25, 0.5, 0.5] }], text: [{ text: '0421', box: [0.1, 0.1, 0.2, 0.1] }] };
  await page.route(`**${list}/${ids[3]}`, async (route) => {
    const answer = await route.fetch();
    const photo = await answer.json();
    await route.fulfill({ response: answer, json: { ...photo, analysis: { ...photo.analysis, ...found } } });
  });
  await open(page, `/photo/${ids[3]}`);
  await drawn(page);
  const box = page.locator('.marks__box--object');
  await box.waitFor();
  assert.equal(await box.textContent(), `${hostile} 93%`);
  await screenshot(page, 'photo-boxes');
  const place = await box.boundingBox();
  assert.ok(place.width > 100 && place.height > 100, JSON.stringify(place));
  await page.keyboard.press('b');
  await box.waitFor({ state: 'detached' });
  await button(page, 'Boxes').click();
  await box.waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});

test('Delete throws a photo away, shows the next, and can be undone', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await open(page, `/photo/${ids[3]}`);
  await page.waitForFunction(() => document.querySelector('.photo-page__step--on'));
  await press(page, 'Delete', ids[2]);
  await page.locator('.toast__words', { hasText: 'The photo is in the trash.' }).waitFor();
  assert.notEqual((await olga.get(`${list}/${ids[3]}`)).body.trashed_at, null);
  await button(page, 'Undo').click();
  await page.locator('.toast__words', { hasText: 'The photo is back.' }).waitFor();
  assert.equal((await olga.get(`${list}/${ids[3]}`)).body.trashed_at, null);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a finger swipes from photo to photo', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'phone');
  await open(page, `/photo/${ids[3]}`);
  await drawn(page);
  await page.waitForFunction(() => document.querySelector('.photo-page__step--on'));
  const client = await context.newCDPSession(page);
  const touch = (type, x, y) => client.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] });
  const swipe = async (from, to) => {
    await touch('touchStart', from, 400);
    for (let i = 1; i <= 4; i += 1) await touch('touchMove', from + ((to - from) * i) / 4, 400);
    await touch('touchEnd');
  };
  await swipe(320, 80);
  await page.waitForFunction((id) => location.pathname.endsWith(id), ids[2]);
  await drawn(page);
  await swipe(80, 320);
  await page.waitForFunction((id) => location.pathname.endsWith(id), ids[3]);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('in German, with all its keys in the sheet', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await open(page, `/photo/${ids[0]}`);
  await drawn(page);
  await button(page, 'Information').click();
  await page.getByRole('heading', { name: 'Verlauf' }).waitFor();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog');
  for (const words of ['Nächstes Foto', 'Beschreibung ändern', 'Wegwerfen', 'Vollbild']) await sheet.getByText(words, { exact: true }).waitFor();
  await check(page, troubles, 'photo-german-keys');
  await context.close();
});

test('a photo that is not there says so and leads back', async () => {
  const { page, context } = await openPage(browser, server.base, 'desktop');
  await open(page, `/photo/${ids[0]}`);
  await page.evaluate(() => history.pushState({}, '', '/photos'));
  const gone = '018f0000-0000-7000-8000-000000000000';
  const answer = await page.goto(`/photo/${gone}`);
  assert.equal(answer.status(), 404);
  await context.close();
});
