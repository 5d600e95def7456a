// The sample photos: offered where nothing is yet, loaded and shown, removed again; by operators and in the administration.
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
  server.addUser('tina', 'technician');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(page, path, name = 'olga') {
  await signInTo(page, path, name);
  await page.locator('main h1').first().waitFor();
}
async function remove(page) {
  await button(page, 'Remove the samples').click();
  await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Remove the samples' }).click();
  await page.locator('.toast__words', { hasText: 'The samples are gone.' }).waitFor();
}

for (const { screen, colorScheme } of looks) {
  test(`samples are offered, loaded, shown and removed, ${screen}, ${colorScheme}`, async () => {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    const named = (name) => `samples-${screen}-${colorScheme}-${name}`;
    await open(page, '/photos');
    await button(page, 'Load sample photos').waitFor();
    await check(page, troubles, named('photos'));
    await page.goto('/jobs');
    await button(page, 'Load sample photos').waitFor();
    await check(page, troubles, named('jobs'));
    await button(page, 'Load sample photos').click();
    await page.getByRole('heading', { name: 'Sample job: a round of the district' }).waitFor();
    await page.getByText('This job and its first photos are samples.').waitFor();
    await page.getByRole('heading', { name: 'Shaft 7 between two readings' }).waitFor();
    await page.locator('[data-photo] img.is-loaded').first().waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll('.pair-slider img')].every((image) => image.complete && image.naturalWidth > 0));
    await check(page, troubles, named('job'));
    await remove(page);
    await page.waitForURL('**/jobs');
    await page.locator('.empty__title').waitFor();
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('the administration loads and removes them too; technicians are offered nothing', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await open(page, '/administration/storage', 'ada');
  await button(page, 'Beispielfotos laden').click();
  await page.getByRole('heading', { name: 'Sample job: a round of the district' }).waitFor();
  await page.goto('/administration/storage');
  await button(page, 'Beispiele entfernen').waitFor();
  await check(page, troubles, 'samples-administration-german');
  await page.getByRole('link', { name: 'Den Beispielauftrag zeigen' }).waitFor();
  await button(page, 'Beispiele entfernen').click();
  await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Beispiele entfernen' }).click();
  await button(page, 'Beispielfotos laden').waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
  const other = await openPage(browser, server.base, 'desktop');
  await open(other.page, '/jobs', 'tina');
  await other.page.locator('.empty__title').waitFor();
  assert.equal(await button(other.page, 'Load sample photos').count(), 0);
  assert.deepEqual(other.troubles, []);
  await other.context.close();
});
