// Deleting photos for good: one from its page, many from the trash, never without a question.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { startServer } from '../api/support/server.mjs';
import { launch, openPage } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button, drawn } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

const list = '/api/v1/images/photos';
let server;
let browser;
let olga;
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator'); // or else the first run is not over
  olga = await server.as('operator', 'olga');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const open = (page, path, name = 'olga') => signInTo(page, path, name);

for (const screen of ['desktop', 'phone']) {
  test(`photos in the trash are deleted for good after a question, ${screen}`, async () => {
    const ids = [];
    for (const name of ['a', 'b', 'c', 'd']) ids.push((await olga.newPhoto(distinct(fixture('plain.jpg'), `${name} ${screen}`), { description: `Old ${name}` })).id);
    for (const id of ids) await olga.post(`${list}/${id}/trash`);
    const { page, context, troubles } = await openPage(browser, server.base, screen);
    await open(page, `/photo/${ids[3]}?trashed=1`);
    await drawn(page);
    await check(page, troubles, `deletion-trashed-photo-${screen}`);
    await button(page, 'Delete for good').click();
    await page.getByRole('alertdialog').getByText('Delete 1 photo for good?').waitFor();
    await button(page, 'Cancel').click();
    assert.equal((await olga.get(`${list}/${ids[3]}`)).status, 200, 'asking deletes nothing');
    await button(page, 'Delete for good').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete for good' }).click();
    await page.locator('.toast__words', { hasText: '1 photo deleted for good' }).waitFor();
    assert.equal((await olga.get(`${list}/${ids[3]}`)).status, 404);

    await page.goto('/photos?trashed=1');
    await page.getByRole('checkbox', { name: 'Select Old a' }).click();
    await button(page, 'Select all 3').click();
    await check(page, troubles, `deletion-trash-${screen}`);
    await button(page, 'Delete for good').click();
    await page.getByRole('alertdialog').getByText('Delete 3 photos for good?').waitFor();
    await check(page, troubles, `deletion-question-${screen}`);
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete for good' }).click();
    await page.locator('.toast__words', { hasText: '3 photos deleted for good' }).waitFor();
    await page.getByText('The trash is empty').waitFor();
    assert.equal((await olga.get(`${list}?trashed=true`)).body.results.length, 0);
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('who may not delete is offered no deletion', async () => {
  const { id } = await olga.newPhoto(distinct(fixture('plain.jpg'), 'kept'), { description: 'Kept' });
  await olga.post(`${list}/${id}/trash`);
  server.addUser('vera', 'viewer');
  const { page, context } = await openPage(browser, server.base, 'desktop');
  await open(page, `/photo/${id}?trashed=1`, 'vera');
  await drawn(page);
  assert.equal(await button(page, 'Delete for good').count(), 0);
  await context.close();
});
