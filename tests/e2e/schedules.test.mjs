// Schedules: made, read back, run, paused, changed and deleted, on both screens, in both themes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../api/support/server.mjs';
import { launch, looks, openPage } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

let server;
let browser;
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator');
  server.addUser('olga', 'operator');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const toast = (page, words) => page.locator('.toast__words', { hasText: words }).first().waitFor();
const row = (page, name) => page.locator(`[data-schedule="${name}"]`);
async function choose(page, name, item) {
  await button(page, `More for ${name}`).click();
  await page.getByRole('menuitem', { name: item }).click();
}

for (const { screen, colorScheme } of looks) {
  test(`an administrator has something done by the clock, ${screen}, ${colorScheme}`, async () => {
    const name = (part) => `schedules-${part}-${screen}-${colorScheme}`;
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, '/tasks', 'ada');
    await page.getByRole('link', { name: 'Schedules' }).click();
    await row(page, 'prune_history').getByText('at 03:40, every day').waitFor();
    await check(page, troubles, name('list'));

    await button(page, 'New schedule').click();
    await page.getByLabel('Name').fill('weekday check');
    await page.getByLabel('What is done').selectOption('generate_daily_analytics');
    await page.getByLabel('When').fill('30 2 * * mon-fri');
    await page.getByLabel('Time zone').fill('Europe/Zurich');
    await page.getByText('at 02:30, Monday to Friday').waitFor();
    await page.locator('.times li').nth(4).waitFor();
    for (const time of await page.locator('.times li').allTextContents()) assert.match(time, /^(Mon|Tues|Wednes|Thurs|Fri)day.* 0?2:30/);
    await check(page, troubles, name('new'));
    await page.getByLabel('When').fill('30 2 * * someday');
    await page.locator('.times__problem').waitFor();
    troubles.splice(0); // the server refuses what is written so far
    await check(page, troubles, name('wrong'));
    await page.getByLabel('When').fill('30 2 * * mon-fri');
    await page.locator('.times li').nth(4).waitFor();
    await button(page, 'Make').click();
    await toast(page, 'The schedule is kept.');
    const made = row(page, 'weekday check');
    await made.getByText('Has not run yet').waitFor();

    await button(page, 'Run weekday check now').click();
    await toast(page, 'Its task is started.');
    await made.getByText('Done').waitFor();
    await button(page, 'Pause weekday check').click();
    await made.getByText('Paused').waitFor();
    await check(page, troubles, name('paused'));
    await button(page, 'Go on with weekday check').click();
    await button(page, 'Pause weekday check').waitFor();

    await choose(page, 'weekday check', 'Change');
    await page.getByLabel('When').fill('@every 90m');
    await page.getByText('every 90 minutes').waitFor();
    await button(page, 'Keep').click();
    await made.getByText('every 90 minutes').waitFor();
    await choose(page, 'weekday check', 'Delete');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await toast(page, 'The schedule is deleted.');
    await made.waitFor({ state: 'detached' });
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('an operator sees what others change, without reloading, and changes nothing, in German', async () => {
  const ada = await server.as('administrator', 'root');
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await signInTo(page, '/tasks/schedules', 'olga');
  await row(page, 'prune_history').getByText('um 03:40, jeden Tag').waitFor();
  assert.equal(await page.locator('[data-schedule] button').count(), 0);
  await ada.post('/api/v1/schedules', { name: 'from afar', kind: 'prune_history', expression: '0 6 1,15 jan *' });
  await row(page, 'from afar').getByText('um 06:00, am 1. und 15. des Monats, im Januar').waitFor();
  await check(page, troubles, 'schedules-operator-german');
  assert.deepEqual(troubles, []);
  await context.close();
});
