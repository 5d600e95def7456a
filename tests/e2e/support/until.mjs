// Waits for what only a promise tells: page.waitForFunction() takes any promise for a yes.
import assert from 'node:assert/strict';
import { longestWait } from './browser.mjs';

export async function until(page, predicate, argument) {
  const end = Date.now() + longestWait;
  while (!(await page.evaluate(predicate, argument))) {
    assert.ok(Date.now() < end, `in vain: ${predicate}`);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}
