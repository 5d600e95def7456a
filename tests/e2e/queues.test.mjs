// The queues and the machines: seen, paused and let go on, on both screens, in both themes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { analysed } from '../api/support/analysed.mjs';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { patience, startServer } from '../api/support/server.mjs';
import { launch, looks, openPage } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

let server;
let browser;
let tina;
async function analyseOne(name) {
  const photo = await tina.newPhoto(distinct(fixture('plain.jpg'), name));
  await analysed(tina, photo.id);
}
const doneIn = (page, queue) => page.locator(`[data-chart="${queue}"] figcaption`);
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator'); // without one the pages ask for the first
  server.addUser('olga', 'operator');
  server.addUser('rita', 'reviewer');
  tina = await server.as('technician', 'tina');
  await analyseOne('the first');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const { screen, colorScheme } of looks) {
  test(`an operator pauses a queue and takes it back, ${screen}, ${colorScheme}`, async () => {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, '/tasks', 'olga');
    await page.getByRole('link', { name: 'Queues and workers' }).click();
    await page.locator('[data-queue="batch"]').waitFor();
    // A node tells of its workers every 15 seconds.
    await page.locator('[data-node] li').first().waitFor({ timeout: 60_000 });
    await doneIn(page, 'normal').getByText(/^\d+ done · 0 failed$/).waitFor();
    assert.equal(await page.locator('[data-chart]').count(), 4);
    await check(page, troubles, `queues-${screen}-${colorScheme}`);
    await button(page, 'Run time').click();
    await page.locator('[data-chart="normal"] .chart__line--p50[d^="M"]').waitFor({ state: 'attached' });
    await button(page, 'Last day').click();
    await page.waitForFunction(() => location.search.includes('span=day'));
    await page.locator('[data-chart="normal"] summary').click();
    await page.locator('[data-chart="normal"] tbody tr').first().waitFor();
    await check(page, troubles, `queues-table-${screen}-${colorScheme}`);
    await button(page, 'Tasks').click();
    await button(page, 'Last hour').click();
    await button(page, 'Pause the queue Batches').click();
    await page.locator('[data-queue="batch"] .queue__paused').waitFor();
    await button(page, 'Undo').hover(); // which keeps it there while the page is looked at
    await check(page, troubles, `queues-paused-${screen}-${colorScheme}`);
    await button(page, 'Undo').click();
    await button(page, 'Pause the queue Batches').waitFor();
    const weight = page.locator('[data-queue="batch"] input').first();
    await weight.fill('3');
    await weight.press('Tab');
    await page.locator('.toast__words', { hasText: 'The queue is changed.' }).waitFor();
    await weight.fill('0');
    await weight.press('Tab');
    assert.equal(await weight.evaluate((input) => input.validity.valid), false);
    await page.reload();
    assert.equal(await page.locator('[data-queue="batch"] input').first().inputValue(), '3');
    await page.locator('[data-queue="batch"] input').first().fill('2');
    await page.locator('[data-queue="batch"] input').first().press('Tab');
    await page.locator('.toast__words', { hasText: 'The queue is changed.' }).waitFor();
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('what is done shows without reloading, and a screen reader hears the figures of each chart', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signInTo(page, '/tasks/queues', 'olga');
  const words = await doneIn(page, 'normal').getByText(/^\d+ done/).textContent();
  const before = Number(/^\d+/.exec(words)[0]);
  await page.evaluate(() => (window.isSamePage = true));
  await analyseOne('one more');
  await doneIn(page, 'normal').getByText(`${before + 1} done`).waitFor({ timeout: 40_000 * patience });
  assert.equal(await page.evaluate(() => window.isSamePage), true);
  const name = await page.locator('[data-chart="normal"] svg').getAttribute('aria-label');
  assert.match(name, new RegExp(`^Normal: Tasks\\. ${before + 1} done, 0 failed`));
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a reviewer sees the queues and steers none, in German', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await signInTo(page, '/tasks/queues', 'rita');
  await page.locator('[data-queue="normal"]').waitFor();
  assert.equal(await page.locator('[data-queue] button').count(), 0);
  await check(page, troubles, 'queues-reviewer-german');
  await context.close();
});
