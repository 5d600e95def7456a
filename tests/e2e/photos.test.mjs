// The page of all photos with real pictures, on a desk and on a phone: the grid, the keyboard, marking, what can be done
// with what is marked, filters, saved searches, the trash.
import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { startServer } from '../api/support/server.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { launch, openPage, overflowOf, screenshot } from './support/browser.mjs';
import { button } from './support/page_parts.mjs';
import { photosToUpload } from './support/pictures.mjs';
import { signInTo } from './support/sign_in.mjs';

const total = 120;
let server;
let browser;
let upload;
let ada;
before(async () => {
  server = await startServer();
  ada = await server.as('administrator', 'ada');
  server.addUser('vera', 'viewer');
  browser = await launch();
  upload = await photosToUpload(total);
  await ada.newJob({ number: 'W-7', title: 'North hall' });
  for (const [i, path] of upload.paths.entries()) {
    const { id } = await ada.newPhoto(await readFile(path), { tags: i % 3 ? 'hall' : 'hall,boiler room', description: i === 5 ? 'Burst pipe' : '' });
    // Over the months, so that there are days to scroll through.
    const day = new Date(Date.UTC(2026, 9, 20) - Math.floor(i / 12) * 17 * 86_400_000 - i * 60_000);
    assert.equal((await ada.patch(`/api/v1/images/photos/${id}`, { taken_at: day.toISOString() })).status, 200);
  }
});
after(async () => {
  await browser?.close();
  await server?.stop();
  if (upload) await rm(upload.folder, { recursive: true, force: true });
});

async function open(screen, { user = 'ada', address = '/photos', ...options } = {}) {
  const opened = await openPage(browser, server.base, screen, options);
  const { page } = opened;
  await signInTo(page, address, user);
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  if (new URL(page.url()).pathname + new URL(page.url()).search !== address) await page.goto(address);
  await page.locator('img.is-loaded').first().waitFor();
  return opened;
}

const tiles = (page) => page.locator('.grid-tile');
const check = (page, i) => tiles(page).nth(i).getByRole('checkbox');
const selected = (page, words) => page.locator('.selection-bar__count').filter({ hasText: words });
const told = (page, words) => page.locator('.toast__words').filter({ hasText: words });
const field = (page) => page.getByRole('combobox', { name: 'Search and filter photos' });
const top = (page) => page.locator('.timeline__frame').evaluate((frame) => frame.scrollTop);

// Every picture stands inside the frame and none upon another.
async function assertTidy(page) {
  const boxes = await tiles(page).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
  const frame = await page.locator('.timeline__frame').evaluate((one) => one.getBoundingClientRect().toJSON());
  assert.ok(boxes.length > 8);
  for (const [i, a] of boxes.entries()) {
    assert.ok(a.left >= frame.left - 0.5 && a.right <= frame.right + 0.5, 'a picture leaves the grid');
    for (const b of boxes.slice(i + 1)) {
      const isApart = a.right <= b.left + 0.5 || b.right <= a.left + 0.5 || a.bottom <= b.top + 0.5 || b.bottom <= a.top + 0.5;
      assert.ok(isApart, `two pictures overlap: ${JSON.stringify([a, b])}`);
    }
  }
}

for (const screen of ['desktop', 'phone']) {
  test(`the grid shows days in order and no more than is near, ${screen}`, async () => {
    const { page, context, troubles } = await open(screen);
    await assertTidy(page);
    await screenshot(page, `photos-${screen}`);
    assert.equal(await overflowOf(page), 0);
    assert.ok((await tiles(page).count()) < total, 'all photos are rendered at once');
    const first = await page.locator('.grid-segment h2').first().textContent();
    assert.match(first, /October (19|20), 2026/);
    const slider = page.getByRole('slider', { name: 'Date' });
    await slider.focus();
    await page.keyboard.press('End');
    await page.waitForFunction(() => /2026|2025/.test(document.querySelector('.scrubber')?.getAttribute('aria-valuetext') ?? ''));
    await page.waitForFunction((before) => ![...document.querySelectorAll('.grid-segment h2')].some((one) => one.textContent === before), first);
    await page.locator('img.is-loaded').first().waitFor();
    await assertTidy(page);
    await screenshot(page, `photos-${screen}-end`);
    await page.keyboard.press('Home');
    await page.waitForFunction(() => document.querySelector('.timeline__frame').scrollTop === 0);
    await assertAccessible(page);
    assert.deepEqual(troubles, []);
    await context.close();
  });

  test(`marking, a range, everything, and what can be done, ${screen}`, async () => {
    const { page, context, troubles } = await open(screen);
    if (screen === 'desktop') await tiles(page).nth(1).hover();
    await check(page, 1).click();
    await selected(page, '1 photo selected').waitFor();
    await check(page, 6).click({ modifiers: ['Shift'] });
    await selected(page, '6 photos selected').waitFor();
    await screenshot(page, `photos-${screen}-selection`);
    assert.equal(await overflowOf(page), 0);
    await assertAccessible(page);

    await button(page, 'Tag').click();
    const dialog = page.getByRole('dialog', { name: 'Tag photos' });
    await dialog.getByRole('textbox').fill(`marked ${screen}, north`);
    await screenshot(page, `photos-${screen}-tag`);
    await dialog.getByRole('button', { name: 'Add the tags' }).click();
    await told(page, '6 photos tagged').waitFor();

    await button(page, 'Assign to').click();
    await page.getByRole('menuitem', { name: 'A job' }).click();
    await page.getByRole('dialog').getByRole('button', { name: /North hall/ }).click();
    await told(page, /photos assigned/).waitFor();

    await button(page, `Select all ${total}`).click();
    await selected(page, `${total} photos selected`).waitFor();
    await check(page, 0).click();
    await selected(page, `${total - 1} photos selected`).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Photos', exact: true }).waitFor();
    const { body } = await ada.get(`/api/v1/images/photos/segments?tag=marked%20${screen}`);
    assert.equal(body.total, 6);
    assert.deepEqual(troubles, []);
    await context.close();
  });

  test(`filters are chips that can be typed, chosen and taken away, ${screen}`, async () => {
    const { page, context, troubles } = await open(screen);
    await field(page).fill('tag:boil');
    await page.getByRole('option', { name: /boiler room/ }).waitFor();
    await screenshot(page, `photos-${screen}-suggestions`);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove the filter tag: boiler room' }).waitFor();
    assert.equal(new URL(page.url()).search, '?tag=boiler+room');
    await page.getByRole('slider').or(tiles(page).first()).first().waitFor();
    await field(page).fill('burst pi');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove the filter words: burst pi' }).waitFor();
    await page.getByRole('button', { name: 'Remove the filter tag: boiler room' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.grid-tile').length === 1);
    await screenshot(page, `photos-${screen}-filtered`);
    await page.goBack();
    await page.getByRole('button', { name: 'Remove the filter tag: boiler room' }).waitFor();
    await button(page, 'Saved searches').click();
    const dialog = page.getByRole('dialog', { name: 'Saved searches' });
    await dialog.getByLabel('Name of this search').fill(`Boilers ${screen}`);
    await dialog.getByRole('button', { name: 'Save this search' }).click();
    await told(page, `“Boilers ${screen}” is saved.`).waitFor();
    await page.goto('/photos');
    await button(page, 'Saved searches').click();
    await dialog.getByRole('link', { name: `Boilers ${screen}` }).click();
    await page.getByRole('button', { name: 'Remove the filter tag: boiler room' }).waitFor();
    assert.equal(await overflowOf(page), 0);
    assert.deepEqual(troubles, []);
    await context.close();
  });

  test(`what is thrown away can be had back at once and from the trash, ${screen}`, async () => {
    const { page, context, troubles } = await open(screen);
    const names = () => tiles(page).evaluateAll((all) => all.slice(0, 3).map((one) => one.dataset.photo));
    const before = await names();
    await check(page, 0).click();
    await check(page, 1).click();
    await button(page, 'Move to trash').click();
    await told(page, '2 photos moved to the trash').waitFor();
    await page.waitForFunction((id) => !document.querySelector(`[data-photo="${id}"]`), before[0]);
    await screenshot(page, `photos-${screen}-undo`);
    await button(page, 'Undo').click();
    await page.locator(`[data-photo="${before[0]}"]`).waitFor();
    assert.deepEqual(await names(), before);
    await check(page, 2).click();
    await button(page, 'Move to trash').click();
    await told(page, '1 photo moved to the trash').waitFor();
    await page.getByRole('link', { name: 'Trash' }).click();
    await page.getByRole('heading', { name: 'Trash' }).waitFor();
    await page.locator(`[data-photo="${before[2]}"] img.is-loaded`).waitFor();
    await screenshot(page, `photos-${screen}-trash`);
    await check(page, 0).click();
    await button(page, 'Restore').click();
    await page.getByText('The trash is empty').waitFor();
    await assertAccessible(page);
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test('the keyboard goes from photo to photo, marks and opens, and comes back to where it was', async () => {
  const { page, context, troubles } = await open('desktop');
  const at = () => page.evaluate(() => document.activeElement.closest('.grid-tile')?.dataset.photo);
  const ids = await tiles(page).evaluateAll((all) => all.map((one) => one.dataset.photo));
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((id) => document.activeElement.closest('.grid-tile')?.dataset.photo === id, ids[0]);
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((id) => document.activeElement.closest('.grid-tile')?.dataset.photo === id, ids[1]);
  await page.keyboard.press('x');
  await selected(page, '1 photo selected').waitFor();
  await page.keyboard.press('Shift+ArrowRight');
  await selected(page, '2 photos selected').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('a');
  await selected(page, `${total} photos selected`).waitFor();
  await page.keyboard.press('Escape');
  // Down through days whose photos come only when they are near.
  for (let i = 0; i < 9; i += 1) {
    const before = await at();
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction((id) => document.activeElement.closest('.grid-tile')?.dataset.photo !== id, before);
  }
  const far = await at();
  const scrolled = await top(page);
  assert.ok(scrolled > 300);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/photo\//);
  await page.goBack();
  await page.waitForFunction((id) => document.activeElement.closest('.grid-tile')?.dataset.photo === id, far);
  assert.ok(Math.abs((await top(page)) - scrolled) < 250);
  await page.keyboard.press('/');
  await page.waitForFunction(() => document.activeElement.getAttribute('role') === 'combobox');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('who may only look marks nothing', async () => {
  const { page, context, troubles } = await open('desktop', { user: 'vera' });
  assert.equal(await page.getByRole('checkbox').count(), 0);
  await page.keyboard.press('a');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('x');
  assert.equal(await page.locator('.selection-bar').count(), 0);
  await tiles(page).first().getByRole('button').first().click();
  await page.waitForURL(/\/photo\//);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a narrower window keeps the day that was at the top', async () => {
  const { page, context } = await open('desktop', { colorScheme: 'dark' });
  await page.getByRole('slider', { name: 'Date' }).focus();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('ArrowDown');
  await page.waitForFunction(() => document.querySelector('.timeline__frame').scrollTop > 200);
  const month = () => page.getByRole('slider', { name: 'Date' }).getAttribute('aria-valuetext');
  const before = await month();
  await page.setViewportSize({ width: 900, height: 800 });
  // Laid out anew: until then the photos reach beyond the frame.
  await page.waitForFunction(() => {
    const right = document.querySelector('.timeline__frame').getBoundingClientRect().right;
    return [...document.querySelectorAll('[data-photo]')].every((tile) => tile.getBoundingClientRect().right <= right + 1);
  });
  assert.equal(await month(), before);
  await screenshot(page, 'photos-desktop-dark');
  await context.close();
});
