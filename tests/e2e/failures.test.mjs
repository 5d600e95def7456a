// The failure inbox and the notices: what failed, what to do about it, and what people do, on both screens, in both themes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loseFiles, restart, spoilFiles, untilSo } from '../api/support/failing.mjs';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { startServer } from '../api/support/server.mjs';
import { launch, looks, openPage } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button, drawn } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

const many = 12;
let server;
let browser;
let tina;
let rita;
let job;
before(async () => {
  server = await startServer({ 'workers.count': 0 });
  server.addUser('ada', 'administrator');
  server.addUser('vera', 'viewer');
  tina = await server.as('technician', 'tina');
  rita = await server.as('reviewer', 'rita');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const group = (page, reason) => page.locator('[data-group]').filter({ has: page.getByRole('heading', { name: reason }) });
const toast = (page, words) => page.locator('.toast__words', { hasText: words }).first();
const rows = (page) => page.locator('[data-failure]');

test('while nothing has failed, both pages are calm', async () => {
  for (const { screen, colorScheme, named } of looks) {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, '/failures', 'tina');
    await page.getByText('Nothing has failed').waitFor();
    await check(page, troubles, `failures-empty-${named}`);
    await page.goto('/notices');
    await page.getByText('No notices').waitFor();
    await check(page, troubles, `notices-empty-${named}`);
    await context.close();
  }
});

test('photos fail: some are spoilt, one is lost', async () => {
  job = await tina.newJob({ number: 'W-2041', title: 'North hall, roof' });
  for (let i = 0; i <= many; i += 1) await tina.addToJob(job.id, distinct(fixture(`orientation_${(i % 8) + 1}.jpg`), `failing ${i}`));
  const [lost, ...spoilt] = (await tina.get(`/api/v1/images/photos?job=${job.id}`)).body.results;
  loseFiles(server, lost, { keepsDerived: true });
  for (const one of spoilt) spoilFiles(server, one, { keepsDerived: true });
  await restart(server, 1);
  await untilSo(rita, '/api/v1/failures/counts', ({ open }) => open === many + 1);
});

for (const { screen, colorScheme, named } of looks) {
  test(`a reviewer sees why photos failed, skips some and takes that back, ${screen}, ${colorScheme}`, async () => {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, '/failures', 'rita');
    await group(page, 'The file is lost').waitFor();
    await page.getByRole('link', { name: `To decide ${many + 1}` }).waitFor();
    const spoilt = page.locator('[data-group]').filter({ hasText: `${many} photos` });
    await check(page, troubles, `failures-${named}`);
    await spoilt.getByRole('button', { name: /^Show the photos/ }).click();
    await page.waitForFunction((count) => document.querySelectorAll('[data-failure]').length === count, many + 1);
    await spoilt.locator('[data-failure] input').nth(0).check();
    await spoilt.locator('[data-failure] input').nth(1).check();
    await page.getByText('2 chosen').waitFor();
    await check(page, troubles, `failures-chosen-${named}`);
    await page.getByRole('toolbar').getByRole('button', { name: 'Skip' }).click();
    await toast(page, '2 photos skipped.').waitFor();
    await page.getByRole('link', { name: `To decide ${many - 1}` }).waitFor();
    await button(page, 'Undo').click();
    await page.getByRole('link', { name: `To decide ${many + 1}` }).waitFor();
    await context.close();
  });
}

test('the keys go through the inbox and act', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signInTo(page, '/failures', 'rita');
  await group(page, 'The file is lost').waitFor();
  const focused = () => page.evaluate(() => document.activeElement.closest('[data-inbox]')?.dataset.failure ?? document.activeElement.closest('[data-group]')?.dataset.group);
  await page.keyboard.press('j');
  const first = await focused();
  await page.keyboard.press('j');
  const second = await focused();
  assert.ok(first && second && first !== second);
  await page.keyboard.press('k');
  assert.equal(await focused(), first);
  // The lost one is a row of its own.
  await page.evaluate(() => document.querySelector('[data-failure]').focus());
  await page.keyboard.press('x');
  await page.getByText('1 chosen').waitFor();
  await page.keyboard.press('s');
  await toast(page, '1 photo skipped.').waitFor();
  await page.getByRole('link', { name: `To decide ${many}` }).waitFor();
  await page.getByRole('link', { name: 'Resolved 1' }).click();
  await page.getByText('Skipped by rita').waitFor();
  await check(page, troubles, 'failures-resolved');
  await page.getByRole('button', { name: /^Take .* up again$/ }).click();
  await toast(page, '1 photo taken up again.').waitFor();
  await page.getByText('Nothing was resolved in the last 90 days.').waitFor();
  await page.getByRole('link', { name: `To decide ${many + 1}` }).click();
  await group(page, 'The file is lost').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Skip', { exact: true }).waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});

test('the inbox and its count follow what others do, without reloading', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signInTo(page, '/failures', 'rita');
  const count = page.locator('.side__place', { hasText: 'Failures' }).locator('.count-badge');
  await count.getByText(String(many + 1), { exact: true }).waitFor();
  const [one] = (await rita.get('/api/v1/failures?code=file_lost')).body.results;
  await tina.post('/api/v1/failures/bulk', { action: 'skip', failures: [one.id] });
  await count.getByText(String(many), { exact: true }).waitFor();
  await page.waitForFunction((id) => !document.querySelector(`[data-failure="${id}"]`), one.id);
  await tina.post('/api/v1/failures/bulk', { action: 'reopen', failures: [one.id] });
  await page.locator(`[data-failure="${one.id}"]`).waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});

for (const { screen, colorScheme, named } of looks) {
  test(`the uploader is told, and the photo says what to do, ${screen}, ${colorScheme}`, async () => {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, '/jobs', 'tina');
    if (screen === 'desktop') {
      await page.getByRole('link', { name: '2 unread notices' }).click();
    } else {
      await page.getByRole('button', { name: 'More, 2 unread notices' }).click();
      await page.getByRole('menuitem', { name: 'Notices (2)' }).click();
    }
    await page.getByText(`${many} photos could not be analysed`).waitFor();
    await page.getByText('1 photo is lost').waitFor();
    await check(page, troubles, `notices-${named}`);
    // Followed, it leads to the photo.
    const id = await page.locator('[data-notice]', { hasText: '1 photo is lost' }).getAttribute('data-notice');
    assert.ok(id);
    const [lost] = (await tina.get('/api/v1/failures?code=file_lost')).body.results;
    await page.goto(`/photo/${lost.photo.id}`);
    await drawn(page);
    if ((await page.locator('.panel').count()) === 0) await page.keyboard.press('i');
    const part = page.getByRole('region', { name: 'This photo failed' });
    await part.getByRole('heading', { name: 'The file is lost' }).waitFor();
    troubles.splice(0); // its original is asked for and lost
    await check(page, troubles, `photo-failed-${named}`);
    await part.getByRole('button', { name: 'Skip' }).click();
    await toast(page, '1 photo skipped.').waitFor();
    await part.waitFor({ state: 'detached' });
    await button(page, 'Undo').click();
    await part.waitFor();
    troubles.splice(0);
    await context.close();
  });
}

test('notices are read by following them, and all at once', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signInTo(page, '/notices', 'tina');
  await page.getByRole('link', { name: `${many} photos could not be analysed` }).click();
  await page.waitForURL(/\/failures\?job=/);
  await page.getByRole('link', { name: '1 unread notice' }).click();
  await button(page, 'Mark all as read').click();
  await page.getByRole('link', { name: 'No unread notices' }).waitFor();
  await page.waitForFunction(() => !document.querySelector('.notice-row__new')); // the count may have come with a change told, before the rows
  assert.equal(await page.getByText('Unread', { exact: true }).count(), 0);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a viewer looks and changes nothing, in German', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await signInTo(page, '/failures', 'vera');
  await page.getByRole('heading', { name: 'Die Datei ist verloren' }).waitFor();
  assert.equal(await rows(page).first().getByRole('button').count(), 0);
  assert.equal(await page.locator('input[type=checkbox]').count(), 0);
  await check(page, troubles, 'failures-viewer-german');
  await context.close();
});

test('all that are left are tried again at once, and come back', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signInTo(page, '/failures', 'rita');
  await button(page, `Try all ${many + 1} again`).click();
  await toast(page, `${many + 1} photos are tried again.`).waitFor();
  await untilSo(rita, '/api/v1/failures?limit=50', ({ results }) => results.length === many + 1 && results.every(({ state, times }) => state === 'open' && times === 2));
  await page.getByRole('link', { name: `To decide ${many + 1}` }).waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});
