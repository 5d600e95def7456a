// Tasks: filtered, marked, skipped, tried again and forgotten by the hundred, and what became of one of them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { analysed } from '../api/support/analysed.mjs';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { startServer } from '../api/support/server.mjs';
import { launch, looks, openPage } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

const count = 8; // waiting tasks, for each way to see them

let server;
let browser;
let tina;
let done;
let made = 0;
const newPhoto = () => tina.newPhoto(distinct(fixture('plain.jpg'), `task ${(made += 1)}`), { description: `Reading ${made}` });
async function restart(settings) {
  await server.stop({ keepsData: true });
  server.settings = { ...server.settings, ...settings };
  await server.start();
  tina = await server.as('technician', 'tina');
}
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator');
  server.addUser('olga', 'operator');
  server.addUser('vera', 'viewer');
  tina = await server.as('technician', 'tina');
  done = await newPhoto();
  await analysed(tina, done.id);
  await restart({ 'workers.count': 0 });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const tab = (page, name) => page.getByRole('navigation', { name: 'Tasks by state' }).getByRole('link', { name });
const toast = (page, words) => page.locator('.toast__words', { hasText: words }).first().waitFor();
const rows = (page, number) => page.waitForFunction((wanted) => document.querySelectorAll('[data-task]').length === wanted, number);
const inDialog = (page, name) => page.getByRole('alertdialog').getByRole('button', { name, exact: true });

for (const { screen, colorScheme } of looks) {
  test(`many tasks are skipped, taken back, skipped and forgotten, ${screen}, ${colorScheme}`, async () => {
    for (let i = 0; i < count; i += 1) await newPhoto();
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    const name = (part) => `tasks-${part}-${screen}-${colorScheme}`;
    await signInTo(page, '/tasks?state=waiting', 'olga');
    await rows(page, count);
    await page.locator('[data-task] input[type=checkbox]').nth(0).check();
    await page.locator('[data-task] input[type=checkbox]').nth(1).check();
    await page.getByText('2 marked').waitFor();
    await check(page, troubles, name('marked'));
    await button(page, 'Skip').first().click();
    await page.getByText('Not worked on: 2 waiting.').waitFor();
    await check(page, troubles, name('question'));
    await inDialog(page, 'Skip').click();
    await toast(page, '2 tasks are skipped');
    await rows(page, count - 2);
    await button(page, 'Undo').first().click();
    await toast(page, '2 tasks are tried again.');
    await rows(page, count);
    await page.getByLabel('Mark all that are shown').check();
    await button(page, 'Skip').first().click();
    await inDialog(page, 'Skip').click();
    await toast(page, `${count} tasks are skipped`);
    await tab(page, `Skipped ${count}`).click();
    await rows(page, count);
    await page.locator('[data-task] input[type=checkbox]').first().check();
    await button(page, `Mark all ${count} that match`).click();
    await page.getByText(`${count} marked`).waitFor();
    await button(page, 'Forget').click();
    await page.getByText('which cannot be undone').waitFor();
    await check(page, troubles, name('forget'));
    await inDialog(page, 'Forget').click();
    await toast(page, `${count} tasks are forgotten.`);
    await page.getByText('No task was skipped.').waitFor();
    assert.deepEqual(troubles, []);
    await context.close();
  });

  test(`a task tells what happened and what was said, ${screen}, ${colorScheme}`, async () => {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, `/task/${done.task_id}`, 'vera');
    await page.getByText(/^Attempt 1 succeeded after /).waitFor();
    await page.getByText(/The step properties took \d+ ms/).first().waitFor();
    await page.locator('.photo img').waitFor();
    await check(page, troubles, `task-${screen}-${colorScheme}`);
    assert.equal(await button(page, 'Forget').count(), 0);
    await context.close();
  });
}

test('tasks are narrowed by error, kind and day, in the address line too', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signInTo(page, '/tasks', 'vera');
  await page.locator('[data-task]').first().waitFor();
  assert.equal(await page.locator('[data-task] input').count(), 0); // viewers change nothing
  await page.getByLabel('Error').selectOption({ label: 'Damaged picture' });
  await page.getByText('No task matches these filters.').waitFor();
  assert.match(page.url(), /code=corrupt_image/);
  await button(page, 'Clear filters').click();
  await page.locator('[data-task]').first().waitFor();
  await page.getByLabel('Made until').fill('2020-01-01');
  await page.getByText('No task matches these filters.').waitFor();
  await tab(page, 'Done 0').waitFor();
  await page.getByLabel('Made until').fill('');
  await page.getByLabel('Made from').fill('2020-01-01');
  await tab(page, 'Done 1').waitFor();
  await page.getByLabel('Made from').fill('');
  await page.getByRole('searchbox', { name: 'Search' }).fill('no file is called this');
  await page.getByText('No task matches these filters.').waitFor();
  await page.getByRole('searchbox', { name: 'Search' }).fill('READING 1');
  await tab(page, 'Done 1').waitFor();
  assert.match(page.url(), /[?&]q=READING/);
  await page.goto('/tasks?kind=prune_history');
  await page.getByText('No task matches these filters.').waitFor();
  assert.equal(await page.getByLabel('Kind').inputValue(), 'prune_history');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('an operator forgets one task and is led away from it, in German', async () => {
  const photo = await newPhoto();
  await tina.post(`/api/v1/tasks/${photo.task_id}/cancel`);
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await signInTo(page, `/task/${photo.task_id}`, 'olga');
  await button(page, 'Vergessen').click();
  await check(page, troubles, 'task-forget-german');
  await inDialog(page, 'Vergessen').click();
  await toast(page, 'Die Aufgabe ist vergessen.');
  await page.waitForURL(/\/tasks$/);
  assert.deepEqual(troubles, []);
  await context.close();
});
