// What was found on a photo, beside it: deciding, boxes drawn and moved by hand and by keys, verdicts, the heat-map.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { draw, photos } from '../api/support/findings.mjs';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { startServer } from '../api/support/server.mjs';
import { launch, longestWait, looks, openPage } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

let server;
let browser;
let rita;
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator'); // else the first run is not over
  server.addUser('vera', 'viewer');
  rita = await server.as('reviewer', 'rita');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const findingsOf = async (id) => (await rita.get(`${photos}/${id}/findings`)).body.results;
const panel = (page) => page.getByRole('complementary', { name: 'Information' });
const row = (page, name) => panel(page).locator('.finding').filter({ hasText: name });
const editor = (page) => page.locator('.box-editor[data-ready]');

let made = 0;
async function found() {
  const photo = await rita.newPhoto(distinct(fixture('large.jpg'), `found ${(made += 1)}`));
  const crack = await draw(rita, photo.id, { kind: 'anomaly', class: 'crack', severity: 'high', box: { x: photo.width * 0.1, y: photo.height * 0.2, width: photo.width * 0.3, height: photo.height * 0.2 } });
  const dent = await draw(rita, photo.id, { kind: 'damage', class: 'dent', severity: 'low', box: { x: photo.width * 0.6, y: photo.height * 0.5, width: photo.width * 0.2, height: photo.height * 0.3 } });
  return { photo, crack, dent };
}

// Open on the page with its list beside the picture.
async function open(page, id, name = 'rita') {
  await signInTo(page, `/photo/${id}`, name);
  await page.waitForFunction(() => /drawn|sharp/.test(document.querySelector('.stage')?.dataset.state));
  await page.getByRole('button', { name: /^\d+ (findings?|Befunde?)$/ }).click();
  await page.locator('.finding').first().waitFor();
}
// As the server has it, once `is` says so.
async function until(read, is) {
  const end = Date.now() + longestWait;
  for (;;) {
    const now = await read();
    if (is(now)) return now;
    assert.ok(Date.now() < end, JSON.stringify(now));
  }
}
const stateOf = (photo, id) => async () => (await findingsOf(photo)).find((one) => one.id === id);

for (const { screen, colorScheme } of looks) {
  test(`findings stand beside the picture, ${screen}, ${colorScheme}`, async () => {
    const { photo } = await found();
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await open(page, photo.id);
    await row(page, 'crack').getByText('Decided by rita').waitFor();
    await panel(page).getByText('NG', { exact: true }).first().waitFor();
    assert.equal(await page.locator('.marks__box--finding').count(), 1);
    await check(page, troubles, `findings-${screen}-${colorScheme}`);
    await row(page, 'dent').getByRole('button').first().click();
    await button(page, 'Correct').click();
    await page.getByLabel('Class').waitFor();
    await check(page, troubles, `findings-${screen}-${colorScheme}-correct`);
    await page.keyboard.press('Escape');
    await button(page, 'Draw and move boxes D').click();
    await editor(page).waitFor();
    await check(page, troubles, `findings-${screen}-${colorScheme}-boxes`);
    await context.close();
  });
}

test('a German sees German', async () => {
  const { photo } = await found();
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await open(page, photo.id);
  await page.getByRole('heading', { name: 'Befunde' }).waitFor();
  await page.getByRole('button', { name: /^Rahmen zeichnen und verschieben/ }).click();
  await check(page, troubles, 'findings-german');
  await context.close();
});

test('the keys of the review decide here too, and the last word is taken back', async () => {
  const { photo, crack, dent } = await found();
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { colorScheme: 'light' });
  await open(page, photo.id);
  await page.keyboard.press('x');
  await until(stateOf(photo.id, crack.id), (one) => one.review_state === 'rejected');
  await row(page, 'crack').getByText('Wrong', { exact: true }).first().waitFor();
  assert.equal((await rita.get(`${photos}/${photo.id}`)).body.verdict, null, 'nothing else stands');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await until(stateOf(photo.id, dent.id), (one) => one.review_state === 'rejected');
  await page.keyboard.press('z');
  await until(stateOf(photo.id, dent.id), (one) => one.review_state === 'confirmed');
  await page.keyboard.press('z');
  await until(stateOf(photo.id, crack.id), (one) => one.review_state === 'confirmed');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a correction says what it is, and the verdict is a person’s until it is taken back', async () => {
  const { photo, dent } = await found();
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { colorScheme: 'dark' });
  await open(page, photo.id);
  await row(page, 'dent').getByRole('button').first().click();
  await button(page, 'Correct').click();
  await page.getByLabel('Class').fill('scratch');
  await page.getByLabel('Severity').selectOption('critical');
  await page.keyboard.press('Enter');
  await until(stateOf(photo.id, dent.id), (one) => one.class === 'scratch' && one.severity === 'critical');
  await row(page, 'scratch').waitFor();
  await button(page, 'OK').click();
  await panel(page).getByText('Given by rita').waitFor();
  assert.equal((await rita.get(`${photos}/${photo.id}`)).body.verdict, 'OK');
  await check(page, troubles, 'findings-verdict-dark');
  await button(page, 'Leave it to the findings').click();
  await panel(page).getByText('Follows what was found').waitFor();
  assert.equal((await rita.get(`${photos}/${photo.id}`)).body.verdict, 'NG');
  assert.deepEqual(troubles, []);
  await context.close();
});

const place = async (page, box) => {
  const { x, y, width, height } = await editor(page).boundingBox();
  return { from: [x + width * box.x, y + height * box.y], to: [x + width * (box.x + box.width), y + height * (box.y + box.height)] };
};
async function drag(page, from, to) {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps: 4 });
  await page.mouse.move(...to, { steps: 4 });
  await page.mouse.up();
}
const isNear = (box, photo, wanted) =>
  Math.abs(box.x / photo.width - wanted.x) < 0.02 && Math.abs(box.y / photo.height - wanted.y) < 0.02 && Math.abs(box.width / photo.width - wanted.width) < 0.02 && Math.abs(box.height / photo.height - wanted.height) < 0.02;

test('a box is drawn and moved with the mouse, and taken back', async () => {
  const { photo } = await found();
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { colorScheme: 'light' });
  await open(page, photo.id);
  await page.keyboard.press('d');
  await editor(page).waitFor();
  await page.keyboard.press('Escape'); // leaves the box that is chosen, so that a drag draws
  const wanted = { x: 0.45, y: 0.1, width: 0.2, height: 0.25 };
  const { from, to } = await place(page, wanted);
  await drag(page, from, to);
  await page.getByLabel('Class').fill('hole');
  await check(page, troubles, 'findings-drawing');
  await button(page, 'Keep it').click();
  const hole = await until(async () => (await findingsOf(photo.id)).find((one) => one.class === 'hole'), (one) => one !== undefined);
  assert.ok(hole.by_person && isNear(hole.box, photo, wanted), JSON.stringify(hole.box));

  const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  await page.locator('.a9s-annotation.selected').waitFor();
  await drag(page, middle, [middle[0], middle[1] + (to[1] - from[1])]);
  const moved = { ...wanted, y: wanted.y + wanted.height };
  await until(stateOf(photo.id, hole.id), ({ box }) => isNear(box, photo, moved));
  await check(page, troubles, 'findings-moved');
  await page.keyboard.press('z');
  await until(stateOf(photo.id, hole.id), ({ box }) => isNear(box, photo, wanted));
  await page.keyboard.press('z');
  await until(stateOf(photo.id, hole.id), (one) => one === undefined);
  await context.close();
});

test('a box is drawn, moved and removed by the keyboard alone, on a turned photo too', async () => {
  const { photo, dent } = await found();
  await rita.patch(`${photos}/${photo.id}`, { rotation: 90 });
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { colorScheme: 'dark' });
  await open(page, photo.id);
  await page.keyboard.press('j');
  await page.keyboard.press('d');
  await editor(page).waitFor();
  for (let count = 0; count < 5; count += 1) await page.keyboard.press('ArrowRight');
  // Right on the turned picture is up on the one that was sent.
  await until(stateOf(photo.id, dent.id), ({ box }) => isNear(box, photo, { x: 0.6, y: 0.45, width: 0.2, height: 0.3 }));
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await page.getByLabel('Class').fill('rust');
  await page.keyboard.press('Enter');
  const rust = await until(async () => (await findingsOf(photo.id)).find((one) => one.class === 'rust'), (one) => one !== undefined);
  await page.locator('.finding.is-selected').filter({ hasText: 'rust' }).waitFor();
  await page.keyboard.press('Delete');
  await until(stateOf(photo.id, rust.id), (one) => one === undefined);
  await check(page, troubles, 'findings-turned');
  await page.keyboard.press('Escape');
  await editor(page).waitFor({ state: 'detached' });
  assert.match(page.url(), new RegExp(photo.id), 'and the page is still there');
  await context.close();
});

test('the heat-map lies over the picture, as strong as one likes, and turns with it', async () => {
  const { photo, crack } = await found();
  await rita.patch(`${photos}/${photo.id}`, { rotation: 90 });
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { colorScheme: 'light' });
  // What a model found, with the map that it drew: as the server would tell it.
  await page.route(`**/photos/${photo.id}/findings`, async (route) => {
    const answer = await route.fetch();
    const { results } = await answer.json();
    const model = { by_person: false, model: 'parts', version: '3', score: 7.4, threshold: 5, confidence: 0.9, review_state: 'open', decided_by: null, decided_at: null };
    await route.fulfill({ response: answer, json: { results: results.map((one) => (one.id === crack.id ? { ...one, ...model, heat_map_url: photo.thumbnail_url } : one)) } });
  });
  await open(page, photo.id);
  await row(page, 'crack').getByText('above the threshold').waitFor();
  await panel(page).getByRole('link', { name: 'Review: Anomalies' }).waitFor();
  await page.keyboard.press('h');
  const map = page.locator('.heat-map');
  await map.waitFor();
  const [over, below] = [await map.boundingBox(), await page.locator('.stage__overlay').boundingBox()];
  for (const side of ['x', 'y', 'width', 'height']) assert.ok(Math.abs(over[side] - below[side]) < 2, `${side}: ${over[side]} is not ${below[side]}`);
  await page.getByLabel('How strong the heat-map is').fill('0.3');
  assert.equal(await map.evaluate((image) => getComputedStyle(image).opacity), '0.3');
  await check(page, troubles, 'findings-heat-map');
  await context.close();
});

test('in the review a moved box counts with the word on it, and what is drawn beside it is kept at once', async () => {
  const { photo, dent } = await found();
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { colorScheme: 'light' });
  // What people draw waits for nobody: the queue is given it as if a model had found it.
  await page.route('**/api/v1/review/next?*', (route) => route.fulfill({ json: { items: [{ finding: dent, photo, others: [], burst: [], good: null, meter: null }], next: null } }));
  await signInTo(page, '/review/damage', 'rita');
  await page.locator('[data-finding]').waitFor();
  await page.keyboard.press('d');
  await editor(page).waitFor();
  await page.keyboard.press('n');
  await page.getByLabel('Class').fill('rust');
  await page.keyboard.press('Enter');
  await page.locator('.toast__words', { hasText: 'The box is kept.' }).waitFor();
  assert.ok((await findingsOf(photo.id)).some((one) => one.class === 'rust' && one.by_person));
  for (let count = 0; count < 5; count += 1) await page.keyboard.press('ArrowLeft');
  await check(page, troubles, 'review-boxes');
  await page.keyboard.press('Enter');
  const word = await until(stateOf(photo.id, dent.id), ({ review_state: state }) => state === 'corrected');
  assert.ok(isNear(word.box, photo, { x: 0.55, y: 0.5, width: 0.2, height: 0.3 }), JSON.stringify(word.box));
  await context.close();
});

test('who may only look sees what was found and decides nothing', async () => {
  const { photo, crack } = await found();
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { colorScheme: 'light' });
  await open(page, photo.id, 'vera');
  assert.equal(await panel(page).getByRole('button', { name: /^(Right|Wrong|Correct|Draw)/ }).count(), 0);
  await page.keyboard.press('x');
  await page.keyboard.press('d');
  assert.equal(await editor(page).count(), 0);
  assert.equal((await stateOf(photo.id, crack.id)()).review_state, 'confirmed');
  assert.deepEqual(troubles, []);
  await context.close();
});
