// Cameras in the browser: configured, watched, set, and pictures taken with them.
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
  server.addUser('vera', 'viewer');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const toast = (page, words) => page.locator('.toast__words', { hasText: words }).first().waitFor();
// The stream of live pictures never ends: it is there when its first picture has a size.
const seesLive = (page) => page.waitForFunction(() => (document.querySelector('.live img')?.naturalWidth ?? 0) > 0);

for (const { screen, colorScheme } of looks) {
  test(`a camera is added, watched, set and takes a picture, ${screen}, ${colorScheme}`, async () => {
    const name = (part) => `cameras-${part}-${screen}-${colorScheme}`;
    const camera = `Bench ${screen}`;
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signInTo(page, '/cameras', 'ada');
    await check(page, troubles, name('list'));
    await button(page, 'Add a camera').click();
    await page.getByLabel('Name').fill(camera);
    await page.getByLabel('Kind').selectOption('simulated');
    await page.getByLabel('Address').fill('scene:nowhere');
    await button(page, 'Add it').click();
    await page.locator('.field__error').waitFor();
    troubles.splice(0); // the server refused it
    await page.getByLabel('Address').fill('scene:belt?seed=7');
    await check(page, troubles, name('new'));
    await button(page, 'Add it').click();

    await page.getByRole('heading', { name: camera }).waitFor();
    await page.getByText('Simulated camera: everything it shows and takes is made up.').waitFor();
    await seesLive(page);
    await page.locator('.histogram svg').waitFor();
    await check(page, troubles, name('live'));

    const exposure = page.getByRole('textbox', { name: 'Exposure (ms)' });
    await exposure.fill('900000000');
    await button(page, 'Apply').click();
    await page.locator('.field__error').first().waitFor();
    troubles.splice(0);
    await exposure.fill('7');
    await button(page, 'Apply').click();
    await toast(page, 'The camera is set.');

    await page.keyboard.press('Escape');
    await button(page, 'Take a picture').click();
    await toast(page, 'is kept.');
    await page.locator('.shots img').first().waitFor();
    await check(page, troubles, name('taken'));
    await page.locator('.shots a').first().click();
    await page.waitForURL(/\/photo\//);
    await page.goBack();
    await seesLive(page);

    await button(page, 'Forget').click();
    await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Forget' }).click();
    await page.waitForURL(/\/cameras$/);
    troubles.splice(0); // what was asked of it while it went
    await context.close();
  });
}

test('a region is drawn over the live picture with the mouse', async () => {
  const { page, context } = await openPage(browser, server.base, 'desktop');
  await signInTo(page, '/cameras', 'ada');
  await button(page, 'Add a camera').click();
  await page.getByLabel('Name').fill('Drawn');
  await page.getByLabel('Kind').selectOption('simulated');
  await page.getByLabel('Address').fill('scene:gradient');
  await button(page, 'Add it').click();
  await seesLive(page);
  const box = await page.locator('.live').boundingBox();
  const width = Number(await page.getByLabel('Width').inputValue());
  await page.mouse.move(box.x + box.width / 4, box.y + box.height / 4);
  await page.mouse.down();
  await page.mouse.move(box.x + (box.width * 3) / 4, box.y + (box.height * 3) / 4, { steps: 5 });
  await page.mouse.up();
  const drawn = Number(await page.getByLabel('Width').inputValue());
  assert.ok(Math.abs(drawn - width / 2) < width / 20, `${drawn} of ${width}`);
  await button(page, 'Apply').click();
  await toast(page, 'The camera is set.');
  await page.waitForFunction((wanted) => document.querySelector('.live img').naturalWidth <= wanted, drawn);
  await context.close();
});

test('a viewer watches and touches nothing, in German', async () => {
  const { page, context } = await openPage(browser, server.base, 'desktop', { locale: 'de-DE' });
  await signInTo(page, '/cameras', 'vera');
  await page.getByRole('link', { name: /Drawn/ }).click();
  await seesLive(page);
  await page.getByText('Simulierte Kamera').waitFor();
  assert.equal(await button(page, 'Bild aufnehmen').count(), 0);
  assert.equal(await page.getByText('Einstellungen').count(), 0);
  await context.close();
});
