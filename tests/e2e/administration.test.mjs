// Tasks, the administration, assets and locations: what a person does there, and each page in both themes, on a desk and
// on a phone.
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { password, startServer } from '../api/support/server.mjs';
import { launch, looks, openPage, overflowOf, screenshot } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button } from './support/page_parts.mjs';
import { signIn } from './support/sign_in.mjs';

let server;
let browser;
let tina;
let asset;
let place;
let failed; // a photo whose files were lost before its task was taken up

const quarters = (index) => distinct(fixture(`orientation_${(index % 8) + 1}.jpg`), `quarters ${index}`);

function loseFilesOf(photo) {
  const stem = photo.filename.replace(/\.\w+$/, '');
  const lost = readdirSync(join(server.data, 'photos'), { recursive: true }).map(String).filter((name) => name.includes(stem));
  assert.ok(lost.length > 1, `no files of ${stem}`);
  for (const name of lost) if (/\.jpe?g$/.test(name)) rmSync(join(server.data, 'photos', name));
}

before(async () => {
  // Nobody takes the tasks up while they are laid out.
  server = await startServer({ 'workers.count': 0, 'log.level': 'debug' });
  server.addUser('ada', 'administrator');
  tina = await server.as('technician', 'tina');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('before anything is there, each page says what to do next', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signIn(page);
  for (const address of ['/tasks', '/assets', '/places', '/administration/tokens']) {
    await page.goto(address);
    await page.locator('.empty').waitFor();
    await check(page, troubles, `admin-empty${address.replaceAll('/', '-')}`);
  }
  await context.close();
});

test('a location and an asset are recorded, changed, and tell what is missing', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signIn(page);
  await page.goto('/places');
  await page.locator('.page-head').getByRole('button', { name: 'New location' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('North harbour');
  await dialog.getByLabel('Latitude').fill('north');
  await dialog.getByRole('button', { name: 'Create the location' }).click();
  await dialog.getByText('This is no number.').waitFor();
  await dialog.getByLabel('Latitude').fill('53,5461');
  await dialog.getByLabel('Longitude').fill('9.9661');
  await dialog.getByRole('button', { name: 'Create the location' }).click();
  await page.getByRole('heading', { name: 'North harbour' }).waitFor();
  await page.getByText('53.54610, 9.96610').waitFor();
  place = new URL(page.url()).pathname;

  await page.goto('/assets');
  await page.locator('.page-head').getByRole('button', { name: 'New asset' }).click();
  await dialog.getByRole('button', { name: 'Create the asset' }).click();
  await dialog.getByText('Give the asset a code or a name.').waitFor();
  await dialog.getByLabel('Name').fill('Pump 3, north');
  await dialog.getByLabel('Type').fill('Centrifugal pump');
  await dialog.getByLabel('Location').selectOption({ label: 'North harbour' });
  await dialog.getByLabel('Description').fill('Feeds the cooling of hall 2.');
  await check(page, troubles, 'admin-asset-dialog');
  await dialog.getByRole('button', { name: 'Create the asset' }).click();
  await page.getByRole('heading', { name: 'Pump 3, north' }).waitFor();
  await page.getByText('pump-3-north').waitFor();
  asset = new URL(page.url()).pathname;
  await button(page, 'Edit').click();
  await dialog.getByLabel('Code').fill('P-103');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('P-103').waitFor();
  await page.getByRole('link', { name: 'North harbour' }).click();
  await page.getByRole('link', { name: 'Pump 3, north' }).waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});

test('the tasks of photos are laid out: some fail, some wait, some are done', async () => {
  const id = asset.split('/').at(-1);
  const location = place.split('/').at(-1);
  const photos = [];
  for (let i = 0; i < 6; i += 1) {
    photos.push(await tina.newPhoto(quarters(i), { asset_id: id, location_id: location, description: `North side, reading ${i + 1}` }));
  }
  failed = photos[0];
  loseFilesOf(failed);
  await server.stop({ keepsData: true });
  server.settings = { ...server.settings, 'workers.count': 1 };
  await server.start();
  const admin = await server.as('administrator', 'root');
  const end = Date.now() + 60_000;
  for (;;) {
    const { body } = await admin.get('/api/v1/tasks/counts');
    if (body.completed === 5 && body.discarded === 1) break;
    assert.ok(Date.now() < end, JSON.stringify(body));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await server.stop({ keepsData: true });
  server.settings = { ...server.settings, 'workers.count': 0 };
  await server.start();
  await (await server.as('technician', 'tina')).newPhoto(quarters(7), { description: 'Waits for its turn' });
  await admin.newJob({ title: 'Yearly round', number: 'W-1' });
});

test('a failed task says on which picture and why, and is tried again or skipped', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signIn(page);
  await page.goto('/tasks');
  const tabs = page.getByRole('navigation', { name: 'Tasks by state' });
  await tabs.getByRole('link', { name: 'All 7' }).waitFor();
  await tabs.getByRole('link', { name: 'Failed 1' }).click();
  const row = page.locator('[data-task]');
  await row.getByText('North side, reading 1').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('[data-task]').length === 1); // those of before are gone
  await row.getByRole('link').click();
  await page.getByText('Why it failed').waitFor();
  await page.getByText('Attempt 1 failed').waitFor();
  await page.getByText('Given up').waitFor();
  await screenshot(page, 'admin-task-failed');
  troubles.splice(0); // its picture is lost: the thumbnail is too
  await button(page, 'Try again').click();
  await page.getByText('The task is tried again.').first().waitFor();
  await button(page, 'Skip').click();
  await page.getByText('The task is skipped.').first().waitFor();
  await page.getByRole('link', { name: 'All tasks' }).click();
  await tabs.getByRole('link', { name: 'Skipped 1' }).click();
  await row.getByText('North side, reading 1').waitFor();
  await row.getByRole('button', { name: /^Try the task/ }).click();
  await page.getByText('No task was skipped.').waitFor();
  await tabs.getByRole('link', { name: 'Waiting 2' }).click();
  await page.getByText('Waits for its turn').waitFor();
  await page.getByLabel('Queue').selectOption({ label: 'Batches' });
  await page.getByText('No task matches these filters.').waitFor();
  await button(page, 'Clear filters').click();
  await page.getByText('Waits for its turn').waitFor();
  await context.close();
});

let done; // a finished task
test('a lost file is not in the way of the pages that follow', async () => {
  const admin = await server.as('administrator', 'root');
  assert.equal((await admin.delete(`/api/v1/images/photos/${failed.id}`)).status, 204);
  const { body } = await admin.get('/api/v1/tasks?state=completed');
  done = body.results[0].id;
});

test('an administrator makes, changes and shuts out users', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signIn(page);
  await page.keyboard.press('g');
  await page.keyboard.press('v');
  await page.getByRole('heading', { name: 'Administration' }).waitFor();
  await button(page, 'New user').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('rita');
  await dialog.getByLabel('Password').fill('short');
  await dialog.getByRole('button', { name: 'Create the user' }).click();
  await dialog.locator('.field__error').waitFor();
  troubles.splice(0); // refused, as it should be
  await dialog.getByLabel('Password').fill('a long enough password');
  await dialog.getByLabel('Role').selectOption('reviewer');
  await check(page, troubles, 'admin-user-dialog');
  await dialog.getByRole('button', { name: 'Create the user' }).click();
  const rita = page.locator('[data-user=rita]');
  await rita.waitFor();
  await rita.getByLabel('Role of rita').selectOption('operator');
  await page.getByText('rita is now: Operator.').first().waitFor();
  await rita.getByRole('button', { name: 'Disable rita' }).click();
  await rita.getByText('Disabled').waitFor();
  const shutOut = await server.anonymous().post('/api/v1/auth/login', { username: 'rita', password: 'a long enough password' });
  assert.equal(shutOut.status, 401);
  await page.locator('.toast, [role=status]').getByRole('button', { name: 'Undo' }).last().click();
  await rita.getByRole('button', { name: 'Disable rita' }).waitFor();
  assert.equal(await page.locator('[data-user=ada]').getByRole('button').count(), 0, 'nobody shuts themselves out');
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a service token’s secret is shown once, works, and is revoked', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signIn(page);
  await page.goto('/administration/tokens');
  await button(page, 'New token').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Gate camera');
  await dialog.getByLabel('Photos: Change').check();
  await dialog.getByLabel('Ends on').fill('2099-12-31');
  await check(page, troubles, 'admin-token-dialog');
  await dialog.getByRole('button', { name: 'Make the token' }).click();
  const secret = await dialog.getByLabel('Token', { exact: true }).inputValue();
  assert.match(secret, /^sgt_/);
  await check(page, troubles, 'admin-token-made');
  assert.equal((await server.withToken(secret).get('/api/v1/images/photos/')).status, 200);
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await page.reload();
  const row = page.locator('[data-token="Gate camera"]');
  await row.getByText('of ada').waitFor();
  assert.equal((await page.content()).includes(secret), false, 'the secret is still there');
  await row.getByRole('button', { name: 'Revoke Gate camera' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke the token' }).click();
  await row.getByText('Revoked').waitFor();
  assert.equal((await server.withToken(secret).get('/api/v1/images/photos/')).status, 401);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('the audit log is narrowed by who, what and when', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signIn(page);
  await page.goto('/administration/audit?action=asset.');
  await page.getByText('asset.update').waitFor();
  await page.getByLabel('What', { exact: true }).fill('asset.create');
  await page.waitForFunction(() => !document.body.innerText.includes('asset.update'));
  await page.getByRole('link', { name: 'Open the asset' }).click();
  await page.getByRole('heading', { name: 'Pump 3, north' }).waitFor();
  await page.goBack();
  await page.getByText('asset.create').waitFor();
  await page.getByLabel('To', { exact: true }).fill('2001-01-01');
  await page.getByText('Nothing matches').waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a person changes their own password, and the old one is gone', async () => {
  server.addUser('paul', 'technician');
  const { page, context, troubles } = await openPage(browser, server.base, 'phone');
  await signIn(page, 'paul');
  await page.goto('/profile');
  await page.getByLabel('Current password').fill(password);
  await page.getByLabel('New password', { exact: true }).fill('another long password');
  await page.getByLabel('New password again').fill('something else');
  await button(page, 'Change the password').click();
  await page.getByText('The two new passwords differ.').waitFor();
  await page.getByLabel('New password again').fill('another long password');
  await button(page, 'Change the password').click();
  await page.getByText('The password is changed.').first().waitFor();
  const old = await server.anonymous().post('/api/v1/auth/login', { username: 'paul', password });
  assert.equal(old.status, 401);
  await server.anonymous().login('paul', 'another long password');
  await page.goto('/administration/users');
  await page.getByText('Only administrators see this page.').waitFor();
  assert.deepEqual(troubles, []);
  await context.close();
});

// How each page is called, where it stands, and when it is ready to be looked at.
const pages = [
  { name: 'tasks', address: () => '/tasks?state=completed', isReady: (page) => page.locator('[data-task] img').first().waitFor() },
  { name: 'tasks-waiting', address: () => '/tasks?state=waiting', isReady: (page) => page.getByText('Waits for its turn').waitFor() },
  { name: 'task', address: () => `/task/${done}`, isReady: (page) => page.locator('.photo img').waitFor() },
  { name: 'assets', address: () => '/assets', isReady: (page) => page.getByText('Pump 3, north').waitFor() },
  { name: 'asset', address: () => asset, isReady: (page) => page.locator('[data-photo] img').first().waitFor() },
  { name: 'places', address: () => '/places', isReady: (page) => page.getByText('North harbour').waitFor() },
  { name: 'place', address: () => place, isReady: (page) => page.locator('[data-photo] img').first().waitFor() },
  { name: 'users', address: () => '/administration/users', isReady: (page) => page.locator('[data-user=tina]').waitFor() },
  { name: 'tokens', address: () => '/administration/tokens', isReady: (page) => page.getByText('Gate camera').waitFor() },
  { name: 'audit', address: () => '/administration/audit', isReady: (page) => page.locator('.entry').first().waitFor() },
  { name: 'storage', address: () => '/administration/storage', isReady: (page) => page.locator('.kinds').waitFor() },
  { name: 'budget', address: () => '/administration/budget', isReady: (page) => page.locator('.budget').waitFor() },
  { name: 'settings', address: () => '/administration/settings', isReady: (page) => page.getByText('workers.count').waitFor() },
  { name: 'profile', address: () => '/profile', isReady: (page) => page.getByLabel('Current password').waitFor() },
];

for (const { screen, colorScheme } of looks) {
  test(`every page, ${screen}, ${colorScheme}`, async () => {
    const { page, context, troubles } = await openPage(browser, server.base, screen, { colorScheme });
    await signIn(page);
    for (const { name, address, isReady } of pages) {
      await page.goto(address());
      await isReady(page);
      await page.waitForFunction(() => [...document.images].filter((one) => one.getBoundingClientRect().top < innerHeight).every((one) => one.complete));
      await check(page, troubles, `admin-${screen}-${colorScheme}-${name}`);
    }
    await context.close();
  });
}

test('every page speaks German', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'phone', { locale: 'de-DE' });
  await signIn(page);
  const headings = { tasks: 'Aufgaben', assets: 'Anlagen', places: 'Orte', users: 'Verwaltung', storage: 'Verwaltung', settings: 'Verwaltung', profile: 'Ihr Profil' };
  for (const { name, address, isReady } of pages) {
    await page.goto(address());
    await (name === 'profile' ? page.getByLabel('Jetziges Passwort').waitFor() : isReady(page));
    if (headings[name]) await page.getByRole('heading', { level: 1, name: headings[name] }).waitFor();
    assert.equal(await overflowOf(page), 0, `${name} is wider than its window`);
  }
  await screenshot(page, 'admin-german-profile');
  assert.deepEqual(troubles, []);
  await context.close();
});
