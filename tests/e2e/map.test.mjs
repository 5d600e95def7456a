// The map: clusters that open and come nearer, by pointer and by keys, filters, the address line, tiles where they are
// set; in both themes, on a desk and on a phone.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { startServer } from '../api/support/server.mjs';
import { launch, looks, openPage } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { signIn } from './support/sign_in.mjs';

// Fourteen in Hamburg's harbour, two in Rotterdam, one on Fiji.
const places = [...Array.from({ length: 14 }, (_, i) => [53.53 + i * 0.004, 9.9 + i * 0.01]), [51.9, 4.4], [51.91, 4.41], [-17.7, 178]];

let server;
let browser;
let place;
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator');
  const tina = await server.as('technician', 'tina');
  for (const [index, [latitude, longitude]] of places.entries()) {
    const fields = { description: `Quay ${index}`, tags: index < 14 ? 'harbour' : 'abroad' };
    const { id } = await tina.newPhoto(distinct(fixture(`orientation_${(index % 8) + 1}.jpg`), `map ${index}`), fields);
    assert.equal((await tina.patch(`/api/v1/images/photos/${id}`, { latitude, longitude })).status, 200);
  }
  const olga = await server.as('operator', 'olga');
  place = (await olga.post('/api/v1/locations', { name: 'Rotterdam yard', latitude: 51.9, longitude: 4.4 })).body.id;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const cluster = (page, count) => page.getByRole('button', { name: new RegExp(`^${count} photos? near`) });
const isDrawn = (page) => page.locator('.world-map__land').first().waitFor({ state: 'attached' });

for (const { screen, colorScheme } of looks) {
  test(`the map and the photos of a place, ${screen}, ${colorScheme}`, async () => {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme, reducedMotion: 'reduce' });
    const named = (name) => `map-${screen}-${colorScheme}-${name}`;
    await signIn(page);
    await page.goto('/map');
    await isDrawn(page);
    await cluster(page, 1).first().waitFor();
    await page.getByText(/^17 photos in/).waitFor();
    await check(page, troubles, named('world'));
    await page.goto('/map?at=51.9,4.4,9');
    await isDrawn(page);
    await cluster(page, 2).click();
    await page.locator('.map-strip img.is-loaded').first().waitFor();
    await check(page, troubles, named('strip'));
    await page.goto(`/place/${place}`);
    await isDrawn(page);
    await check(page, troubles, named('place'));
    await context.close();
  });
}

test('with keys alone: to the map, nearer, into a place, to a photo, and back to the same view', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { reducedMotion: 'reduce' });
  await signIn(page);
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await page.waitForURL(/\/map\?at=/);
  await page.goto('/map?at=53.55,9.95,6');
  await cluster(page, 14).focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => Number(new URLSearchParams(location.search).get('at')?.split(',')[2]) > 9);
  await page.waitForFunction(() => document.activeElement?.classList.contains('cluster'));
  await page.goto('/map?at=51.9,4.4,9');
  await cluster(page, 2).focus();
  await page.keyboard.press('Enter');
  const strip = page.getByRole('region', { name: 'Photos of this place' });
  await strip.getByRole('heading').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H2');
  await strip.locator('li').nth(1).waitFor();
  assert.equal(await strip.locator('li').count(), 2);
  const address = page.url();
  await strip.locator('li button').first().press('Enter');
  await page.waitForURL(/\/photo\/.*in=map/);
  await page.getByRole('heading', { name: /Quay/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => url.href === address);
  await strip.locator('li').first().waitFor();
  await page.keyboard.press('Escape');
  await strip.waitFor({ state: 'detached' });
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a place opens as a filter of all photos, and the filter can be taken away', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { reducedMotion: 'reduce' });
  await signIn(page);
  await page.goto('/map?at=51.9,4.4,9');
  await cluster(page, 2).click();
  await page.getByRole('link', { name: 'Show as a list' }).click();
  await page.waitForURL(/\/photos\?bbox=/);
  await page.locator('[data-photo]').first().waitFor();
  assert.equal(await page.locator('[data-photo]').count(), 2);
  await page.getByRole('button', { name: /^Remove the filter around: 51\.9/ }).click();
  await page.waitForFunction(() => document.querySelectorAll('[data-photo]').length > 2);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('the filters are those of the photos, and stand in the address line', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { reducedMotion: 'reduce' });
  await signIn(page);
  await page.goto('/map?at=50,10,4&tag=abroad');
  await cluster(page, 2).waitFor();
  assert.equal(await cluster(page, 14).count(), 0);
  await page.getByRole('button', { name: 'Remove the filter tag: abroad' }).click();
  await cluster(page, 14).waitFor();
  assert.doesNotMatch(page.url(), /tag=/);
  await page.goBack();
  await cluster(page, 14).waitFor({ state: 'detached' });
  await page.goto('/map?at=nonsense&open=1,2&zoom=x');
  await cluster(page, 14).or(page.getByText(/^17 photos/)).first().waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});

test('tiles come from the server that is set, and whose they are is only text', async () => {
  const tile = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
  const asked = [];
  const tiles = createServer((request, answer) => {
    asked.push({ url: request.url, referer: request.headers.referer });
    answer.writeHead(200, { 'Content-Type': 'image/png' }).end(tile);
  }).listen(0, '127.0.0.1');
  await once(tiles, 'listening');
  const hostile = '© <img src=x onerror=alert(1)> https://example.org/"onmouseover=alert(1) javascript:alert(2)';
  const tiled = await startServer({ 'web.tile_server': `http://127.0.0.1:${tiles.address().port}/{z}/{x}/{y}.png`, 'web.tile_attribution': hostile });
  tiled.addUser('ada', 'administrator');
  try {
    const { page, context, troubles } = await openPage(browser, tiled.base, 'desktop', { reducedMotion: 'reduce' });
    await signIn(page);
    await page.goto('/map?at=0,0,2');
    await page.locator('img.leaflet-tile-loaded').first().waitFor({ state: 'attached' });
    assert.ok(asked.length > 3 && asked.every(({ url }) => /^\/2\/-?\d+\/\d+\.png$/.test(url)), JSON.stringify(asked));
    assert.equal(asked[0].referer, `${tiled.base}/`, 'the origin alone');
    const source = page.locator('.world-map__source');
    assert.match(await source.textContent(), /<img src=x onerror=alert\(1\)>.*javascript:alert\(2\)/);
    assert.equal(await source.locator('img').count(), 0);
    assert.deepEqual(await source.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href'))), ['https://example.org/']);
    await page.goto('/administration/settings');
    await page.getByText('web.tile_server').waitFor();
    await check(page, troubles, 'map-setting');
    await context.close();
  } finally {
    await tiled.stop();
    tiles.close();
  }
});
