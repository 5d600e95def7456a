// Photos of a job as pairs, before and after: made from two marked photos, compared with a slider, named, swapped,
// removed and brought back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { startServer } from '../api/support/server.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { launch, looks, openPage, overflowOf, screenshot } from './support/browser.mjs';
import { button } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

let server;
let browser;
let olga;
let made = 0;
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator'); // or else the first run is not over
  server.addUser('vera', 'viewer');
  olga = await server.as('operator', 'olga');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

// A job with three photos: two of one shape, the last on its side.
async function newJob() {
  const { id } = await olga.newJob({ title: 'Boiler room' });
  const photos = [];
  for (const name of ['large.jpg', 'orientation_1.jpg', 'orientation_6.jpg']) {
    const { body } = await olga.addToJob(id, distinct(fixture(name), (made += 1)), { description: `Photo ${photos.length}` });
    photos.push(body.id);
  }
  return { id, photos, path: `/api/v1/jobs/${id}/pairs` };
}
async function open(page, path, name = 'olga') {
  await signInTo(page, path, name);
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
}
const pairsOf = async (job) => (await olga.get(job.path)).body.results;
const drawn = (page) => page.waitForFunction(() => [...document.querySelectorAll('.pair-slider img')].every((image) => image.complete && image.naturalWidth > 0));

async function check(page, troubles, name) {
  await drawn(page);
  await screenshot(page, name);
  await assertAccessible(page);
  assert.equal(await overflowOf(page), 0, `${name} is wider than its window`);
  assert.deepEqual(troubles.splice(0), [], name);
}

for (const { screen, colorScheme } of looks) {
  test(`pairs of a job, ${screen}, ${colorScheme}`, async () => {
    const job = await newJob();
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await open(page, `/job/${job.id}`);
    const named = (name) => `pairs-${screen}-${colorScheme}-${name}`;
    await button(page, 'New pair').click();
    await page.getByText('Choose the photo from before').waitFor();
    await button(page, 'Choose Photo 0').click();
    await page.getByText('Now choose the one from after it.').waitFor();
    assert.equal(await button(page, 'Choose Photo 0').getAttribute('aria-pressed'), 'true');
    await check(page, troubles, named('choosing'));
    await button(page, 'Choose Photo 1').click();
    await page.getByLabel('Title', { exact: true }).fill('Seal of pump 3');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Seal of pump 3' }).waitFor();
    await olga.post(job.path, { before: job.photos[2], after: job.photos[0] });
    await page.reload();
    await page.getByRole('heading', { name: 'Pair 2' }).waitFor();
    await check(page, troubles, named('two'));
    const [pair] = await pairsOf(job);
    assert.deepEqual([pair.title, pair.before.id, pair.after.id], ['Seal of pump 3', job.photos[0], job.photos[1]]);
    await context.close();
  });
}

test('the slider is worked by keys and by the mouse, and both pictures stand in one frame', async () => {
  const job = await newJob();
  await olga.post(job.path, { before: job.photos[0], after: job.photos[1], title: 'Seal' });
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await open(page, `/job/${job.id}`);
  const slider = page.getByRole('slider', { name: 'Where before ends and after begins: Seal' });
  await drawn(page);
  const clip = () => page.locator('.pair-slider__before').evaluate((one) => one.style.clipPath);
  await slider.focus();
  assert.equal(await slider.getAttribute('aria-valuetext'), '50 % before');
  await page.keyboard.press('ArrowRight');
  assert.equal(await clip(), 'inset(0px 49% 0px 0px)');
  await page.keyboard.press('Home');
  assert.equal(await clip(), 'inset(0px 100% 0px 0px)');
  await page.keyboard.press('End');
  assert.equal(await slider.getAttribute('aria-valuetext'), '100 % before');
  const frame = await page.locator('.pair-slider').boundingBox();
  await page.mouse.click(frame.x + frame.width / 4, frame.y + frame.height / 2);
  const shared = Number(await slider.inputValue());
  assert.ok(Math.abs(shared - 25) <= 1, `a click at a quarter leads to ${shared} %`);
  const line = await page.locator('.pair-slider__line').boundingBox();
  assert.ok(Math.abs(line.x + line.width / 2 - (frame.x + frame.width / 4)) < frame.width * 0.02);
  const boxes = await page.locator('.pair-slider__picture').evaluateAll((all) => all.map((one) => JSON.stringify(one.getBoundingClientRect())));
  assert.equal(new Set(boxes).size, 1, 'the pictures lie on each other');
  await screenshot(page, 'pairs-slider');
  await page.getByRole('link', { name: 'After: show Photo 1' }).click();
  await page.waitForURL(`**/photo/${job.photos[1]}?in=job-${job.id}`);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a pair is swapped, renamed, removed and brought back; Escape ends choosing', async () => {
  const job = await newJob();
  await olga.post(job.path, { before: job.photos[0], after: job.photos[1], title: 'Seal' });
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await open(page, `/job/${job.id}`);
  await button(page, 'Swap before and after of Seal').click();
  await page.getByRole('link', { name: 'Before: show Photo 1' }).waitFor();
  assert.equal((await pairsOf(job))[0].before.id, job.photos[1]);
  await button(page, 'Change the title of Seal').click();
  await page.getByLabel('Title', { exact: true }).fill('not kept');
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Seal', exact: true }).waitFor();
  await button(page, 'Remove Seal').click();
  await page.locator('.pair').waitFor({ state: 'detached' });
  assert.equal((await pairsOf(job)).length, 0);
  await page.waitForFunction(() => document.activeElement?.textContent.includes('New pair'));
  await button(page, 'Undo').click();
  await page.getByRole('heading', { name: 'Seal', exact: true }).waitFor();
  assert.equal((await pairsOf(job))[0].title, 'Seal');
  await button(page, 'New pair').click();
  await page.keyboard.press('Escape');
  await button(page, 'New pair').waitFor();
  await page.getByRole('button', { name: /^Show Photo 2/ }).waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});

test('viewers see pairs and change none; in German', async () => {
  const job = await newJob();
  await olga.post(job.path, { before: job.photos[0], after: job.photos[1] });
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await open(page, `/job/${job.id}`, 'vera');
  await page.getByRole('heading', { name: 'Vorher und nachher' }).waitFor();
  await page.getByRole('heading', { name: 'Paar 1' }).waitFor();
  assert.equal(await page.locator('.pair button').count(), 0);
  assert.equal(await button(page, 'Neues Paar').count(), 0);
  await check(page, troubles, 'pairs-german-viewer');
  await context.close();
});
