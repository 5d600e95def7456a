// What is looked at on each page as it stands: a screenshot for people, accessibility, its width, and that nothing went
// wrong since the last look.
import assert from 'node:assert/strict';
import { assertAccessible } from './accessibility.mjs';
import { overflowOf, screenshot } from './browser.mjs';

export async function check(page, troubles, name) {
  await screenshot(page, name);
  await assertAccessible(page);
  assert.equal(await overflowOf(page), 0, `${name} is wider than its window`);
  assert.deepEqual(troubles.splice(0), [], name);
}
