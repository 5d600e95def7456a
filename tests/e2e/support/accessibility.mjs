// The automated part of an accessibility check; what it cannot see, people have to.
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { settled } from './browser.mjs';

// No serious or critical violation on the page as it stands, the size of targets (WCAG 2.2) included.
// Motion is off meanwhile: what comes up while it is looked at has colours half-way that nobody is meant to look at.
export async function assertAccessible(page) {
  const wasStill = await page.evaluate(() => matchMedia('(prefers-reduced-motion: reduce)').matches);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await settled(page);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }).analyze();
  await page.emulateMedia({ reducedMotion: wasStill ? 'reduce' : null });
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).slice(0, 3).join(' ')}`), []);
}

// The same in the other theme too; pages follow the system's choice.
export async function assertAccessibleInBothThemes(page) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, colorScheme);
    await assertAccessible(page);
  }
}
