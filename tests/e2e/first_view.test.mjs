// What stands between an address and its first pictures: how many ways to the server one after the other, and that
// nothing is fetched twice or comes before what somebody waits for.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { analysed } from '../api/support/analysed.mjs';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { startServer } from '../api/support/server.mjs';
import { launch, openPage } from './support/browser.mjs';
import { signIn } from './support/sign_in.mjs';

let server;
let browser;
before(async () => {
  server = await startServer();
  const ada = await server.as('administrator', 'ada');
  const photos = [];
  for (let i = 0; i < 12; i += 1) photos.push(await ada.newPhoto(distinct(fixture('orientation_1.jpg'), `early ${i}`)));
  // What changes while a page opens is asked for once more, and rightly so.
  for (const { id } of photos) await analysed(ada, id);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function signedIn(screen) {
  const opened = await openPage(browser, server.base, screen);
  const { page } = opened;
  await signIn(page);
  return opened;
}

for (const screen of ['desktop', 'phone']) {
  test(`photos are asked for beside the scripts, each once, and all else comes after them (${screen})`, async () => {
    const { page, context, troubles } = await signedIn(screen);
    // The live connection has the page look again once it stands, which may be before the pictures are there.
    await page.routeWebSocket(/\/api\/v1\/live/, () => undefined);
    const asked = [];
    page.on('request', (request) => asked.push(new URL(request.url())));
    await page.goto('/photos');
    await page.locator('.grid-tile img.is-loaded').first().waitFor();
    const paths = asked.map((url) => url.pathname);
    const first = (pattern) => paths.findIndex((path) => pattern.test(path));
    const early = paths.slice(0, first(/\/thumbnail$/));
    for (const path of ['/api/v1/auth/session', '/api/v1/images/photos/segments', '/api/v1/images/photos']) {
      assert.equal(early.filter((one) => one === path).length, 1, path);
    }
    assert.ok(early.filter((path) => path.endsWith('.js')).length <= 4, early.join(' '));
    assert.deepEqual(early.filter((path) => /uploading|Upload|ButtonMenu|Dialog|service-worker/.test(path)), []);
    // They come all the same, so that a menu opens at once and files can be dropped.
    await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => /ButtonMenu/.test(name)));
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('a menu opens at the first press, by pointer and by key, and gives the focus back', async () => {
  const { page, context, troubles } = await signedIn('desktop');
  await page.goto('/photos');
  const order = page.getByRole('button', { name: 'Order' });
  await order.click();
  await page.getByRole('menu').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Order');
  const account = page.getByRole('button', { name: /^Account of/ });
  await account.focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('menu').waitFor();
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.activeElement?.classList.contains('account'));
  assert.deepEqual(troubles, []);
  await context.close();
});
