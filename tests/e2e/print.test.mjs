// A job on paper: what is on it, what can be left out, and that no picture is cut by the end of a page.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { startServer } from '../api/support/server.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { launch, looks, openPage, overflowOf, screenshot } from './support/browser.mjs';
import { signInTo } from './support/sign_in.mjs';

const artefacts = join(dirname(fileURLToPath(import.meta.url)), 'artefacts');
let server;
let browser;
let job;
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator'); // or else the first run is not over
  const olga = await server.as('operator', 'olga');
  browser = await launch();
  const fields = { number: 'W-2041', title: 'North hall, roof', customer: 'Hansen & Sons', address: 'Harbour Road 12\n20457 Hamburg', notes: 'Two sheets are loose.\nCome back in spring.' };
  job = (await olga.newJob(fields)).id;
  const place = (await olga.post('/api/v1/locations', { name: 'North hall', latitude: 53.54, longitude: 9.98 })).body.id;
  const ids = [];
  for (let i = 0; i < 9; i += 1) {
    const name = ['large.jpg', 'orientation_1.jpg', 'orientation_6.jpg'][i % 3];
    const { body } = await olga.addToJob(job, distinct(fixture(name), i), { description: `Sheet ${i + 1}, seen from the ladder` });
    await olga.patch(`/api/v1/images/photos/${body.id}`, { location_id: place, taken_at: `2026-11-0${i + 1}T10:00:00Z` });
    ids.push(body.id);
  }
  await olga.post(`/api/v1/jobs/${job}/pairs`, { before: ids[0], after: ids[1], title: 'Sheet 1 mended' });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(page, query = '') {
  await signInTo(page, `/job/${job}/print${query}`, 'olga');
  await page.locator('.print-page[data-ready=true]').waitFor();
}

// How many pages a PDF of Chromium has.
const pagesOf = (pdf) => pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
async function printed(page, name) {
  const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
  const path = join(artefacts, `${name}.pdf`);
  writeFileSync(path, pdf);
  // To be looked at, where the tool is there.
  spawnSync('pdftoppm', ['-r', '60', '-png', path, join(artefacts, name)]);
  return pagesOf(pdf);
}

for (const { screen, colorScheme } of looks) {
  test(`the print view, ${screen}, ${colorScheme}, is light and within its window`, async () => {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await open(page);
    const loaded = await page.evaluate(() => [...document.querySelectorAll('.print-sheet img')].map((image) => image.complete && image.naturalWidth));
    assert.equal(loaded.length, 11);
    assert.ok(loaded.every((width) => width > 0), String(loaded));
    const ground = await page.locator('.print-sheet').evaluate((sheet) => getComputedStyle(sheet).backgroundColor);
    assert.equal(ground, 'rgb(255, 255, 255)');
    await screenshot(page, `print-${screen}-${colorScheme}`);
    await assertAccessible(page);
    assert.equal(await overflowOf(page), 0);
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('on paper nothing of the tools is left, rows stay whole, and three abreast take fewer pages', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { colorScheme: 'dark' });
  await open(page);
  for (const words of ['North hall, roof', 'W-2041', 'Hansen & Sons', 'Two sheets are loose.', 'Sheet 1 mended']) await page.getByText(words).first().waitFor();
  assert.ok((await page.locator('figcaption', { hasText: 'North hall' }).count()) === 9, 'each photo names its place');
  const two = await printed(page, 'print-two');
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.print-tools').isVisible(), false);
  assert.equal(await page.locator('.print-photo__toggle').first().isVisible(), false);
  const rules = await page.locator('.print-row').evaluateAll((rows) => rows.map((row) => getComputedStyle(row).breakInside));
  assert.ok(rules.every((rule) => rule === 'avoid'));
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
  await page.emulateMedia({ media: null });
  await page.getByLabel('Photos side by side').selectOption('3');
  await page.waitForURL('**across=3*');
  await page.locator('.print-page[data-ready=true]').waitFor();
  const three = await printed(page, 'print-three');
  assert.ok(two >= 2 && two <= 5, `${two} pages`);
  assert.ok(three < two, `${three} pages with three abreast, ${two} with two`);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('parts and photos are left out, and the address remembers the parts', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await open(page);
  await page.getByLabel('Notes').uncheck();
  await page.getByLabel('Before and after').uncheck();
  await page.getByLabel('File names').check();
  await page.waitForURL('**without=notes,pairs');
  await page.reload();
  await page.locator('.print-page[data-ready=true]').waitFor();
  assert.equal(await page.getByText('Two sheets are loose.').count(), 0);
  assert.equal(await page.locator('.print-pair').count(), 0);
  assert.equal(await page.getByText('photo.jpg').count(), 9);
  await page.getByRole('button', { name: 'Leave out Sheet 2, seen from the ladder' }).click();
  await page.getByText('8 photos, ready to print.').waitFor();
  await page.getByRole('heading', { name: 'Left out' }).waitFor();
  await page.getByRole('button', { name: 'Take Sheet 2, seen from the ladder in again' }).click();
  await page.getByText('9 photos, ready to print.').waitFor();
  await page.evaluate(() => (window.print = () => (document.body.dataset.printed = 'yes')));
  await page.getByRole('button', { name: 'Print', exact: true }).click();
  await page.locator('body[data-printed=yes]').waitFor({ state: 'attached' });
  await page.getByRole('link', { name: 'Back to the job' }).click();
  await page.waitForURL(`**/job/${job}`);
  await page.getByRole('link', { name: 'Print view' }).waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});

test('in German; a job that is not there has no print view', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await open(page);
  await page.getByText('9 Fotos, bereit zum Drucken.').waitFor();
  await screenshot(page, 'print-german');
  assert.deepEqual(troubles, []);
  const answer = await page.goto('/job/999999/print');
  assert.equal(answer.status(), 404);
  await context.close();
});
