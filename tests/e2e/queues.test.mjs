// The queues and the machines: seen, paused and let go on, on both screens, in both themes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../api/support/server.mjs';
import { launch, openPage } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

let server;
let browser;
before(async () => {
  server = await startServer();
  server.addUser('olga', 'operator');
  server.addUser('rita', 'reviewer');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const screen of ['desktop', 'phone']) {
  for (const colorScheme of ['light', 'dark']) {
    test(`an operator pauses a queue and takes it back, ${screen}, ${colorScheme}`, async () => {
      const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
      await signInTo(page, '/tasks', 'olga');
      await page.getByRole('link', { name: 'Queues and workers' }).click();
      await page.locator('[data-queue="batch"]').waitFor();
      await page.locator('[data-node] li').first().waitFor();
      await check(page, troubles, `queues-${screen}-${colorScheme}`);
      await button(page, 'Pause the queue Batches').click();
      await page.locator('[data-queue="batch"] .queue__paused').waitFor();
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
}

test('a reviewer sees the queues and steers none, in German', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await signInTo(page, '/tasks/queues', 'rita');
  await page.locator('[data-queue="normal"]').waitFor();
  assert.equal(await page.locator('[data-queue] button').count(), 0);
  await check(page, troubles, 'queues-reviewer-german');
  await context.close();
});
