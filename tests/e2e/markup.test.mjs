// Markup in everything that people, cameras and other programs can name: each page shows it as text. Nothing of it runs,
// nothing becomes an element or a link, and the content security policy never has to step in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withExif } from '../api/support/exif.mjs';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { password, startServer } from '../api/support/server.mjs';
import { launch, openPage } from './support/browser.mjs';
import { signIn } from './support/sign_in.mjs';

const photos = '/api/v1/images/photos';
// Each is tried everywhere that takes text.
const table = {
  image: '<img src=x onerror="window.__ran=1">',
  script: '"><script>window.__ran=2</script>',
  link: 'javascript:window.__ran=3',
  template: '{{7*7}}${7*7}{{constructor.constructor("__ran=4")()}}',
  frame: `'><svg onload=__ran=5><iframe src="javascript:parent.__ran=5">`,
  style: '</style></title></textarea><style>main{display:none}</style>',
  direction: '\u202egpj.exe\u202c\u2066x\u2069',
  nothing: 'null undefined NaN %00 \\u0000 &lt;b&gt; &#60;i&#62; <!-- -->',
};
const everything = Object.values(table).join(' ');
const short = `${table.image}${table.script}`; // where names are short

let server;
let browser;
const made = {};
before(async () => {
  server = await startServer();
  const ada = await server.as('administrator', 'ada');
  browser = await launch();
  const must = async (answer) => {
    const { status, body } = await answer;
    assert.ok(status < 300, `${status} ${JSON.stringify(body)}`);
    return body;
  };
  const all = { title: everything, customer: everything, address: everything, notes: everything };
  made.job = (await must(ada.post('/api/v1/jobs', { ...all, number: short }))).id;
  made.place = (await must(ada.post('/api/v1/locations', { name: short, description: everything, latitude: 1, longitude: 2 }))).id;
  made.asset = (await must(ada.post('/api/v1/assets', { code: short, name: short, type: table.link, description: everything, location_id: made.place }))).id;
  const camera = withExif(fixture('large.jpg'), {
    main: { 0x010e: everything, 0x010f: table.image, 0x0110: table.script, 0x0131: table.frame, 0x013b: table.link, 0x8298: table.style },
    camera: { 0x9003: '2026:11:21 10:00:00', 0xa434: table.image },
  });
  const image = { bytes: camera, name: `${table.image.replaceAll('"', "'")}.jpg` };
  made.photo = (await must(ada.upload(`/job/${made.job}/add_image`, { image, description: everything }))).id;
  made.other = (await must(ada.upload(`/job/${made.job}/add_image`, { image: { ...image, bytes: distinct(camera, 2), name: `${table.link}.jpg` }, description: table.link }))).id;
  const tags = Object.values(table);
  await must(ada.patch(`${photos}/${made.photo}`, { tags, asset_id: made.asset, location_id: made.place, verdict: 'NG' }));
  await must(ada.post(`/api/v1/jobs/${made.job}/pairs`, { before: made.photo, after: made.other, title: everything }));
  await must(ada.post('/api/v1/tokens', { name: table.image, scopes: ['photos:read'] }));
  await must(ada.post('/api/v1/searches', { name: short, query: `q=${encodeURIComponent(table.image)}` }));
  await must(ada.post('/api/v1/schedules', { name: short, kind: 'prune_history', expression: '@every 9d' }));
  // Names of people take no markup at all; what they tried stands in the audit log as a failed sign-in.
  assert.equal((await ada.post('/api/v1/users', { username: table.image, password, role: 'viewer' })).status, 422);
  await server.anonymous().post('/api/v1/auth/login', { username: table.image, password });
  await must(ada.post(`${photos}/${made.photo}/reprocess`, {}));
  made.task = (await must(ada.get('/api/v1/tasks'))).results[0].id;
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

// What must hold on every page, whatever it shows.
async function assertHarmless(page, troubles, where) {
  const found = await page.evaluate(() => ({
    ran: window.__ran,
    injected: [...document.querySelectorAll('img[src="x"], iframe, [onerror], [onload], main svg[onload], body style')].map((one) => one.outerHTML),
    scripts: [...document.scripts].filter((one) => !one.src).map((one) => one.outerHTML),
    links: [...document.querySelectorAll('a[href], form[action]')].map((one) => one.getAttribute('href') ?? one.getAttribute('action')).filter((to) => /^\s*javascript:/i.test(to)),
    calculated: document.body.innerText.includes('4949'),
    isShown: getComputedStyle(document.querySelector('main')).display !== 'none',
  }));
  assert.deepEqual(found, { ran: undefined, injected: [], scripts: [], links: [], calculated: false, isShown: true }, where);
  assert.deepEqual(troubles.splice(0), [], where);
}

const shows = (words) => async (page) => {
  await page.waitForFunction((text) => document.body.textContent.includes(text) || [...document.querySelectorAll('input, textarea, select')].some((one) => one.value.includes(text)), words);
};
const sees = (selector) => (page) => page.locator(selector).first().waitFor();

// A page, and what says that the markup has arrived on it.
const pages = () => [
  ['/jobs', shows(table.script)],
  [`/jobs?q=${encodeURIComponent(table.image)}`, shows(table.script)],
  [`/job/${made.job}`, shows(table.frame)],
  [`/job/${made.job}`, sees('.pair h3')],
  [`/job/${made.job}/print?without=none`, shows(table.style)],
  ['/photos', sees('[data-photo] img.is-loaded')],
  [`/photos?q=${encodeURIComponent(table.script)}`, sees('main')],
  [`/photos?tag=${encodeURIComponent(table.image)}`, shows(table.image)],
  [`/photo/${made.photo}`, shows(table.image)],
  ['/assets', shows(table.image)],
  [`/asset/${made.asset}`, shows(table.script)],
  ['/places', shows(table.image)],
  [`/place/${made.place}`, shows(table.script)],
  ['/tasks', sees('main li, main .row')],
  [`/tasks?kind=${encodeURIComponent(table.image)}&code=${encodeURIComponent(table.script)}`, shows(table.script)],
  ['/tasks/queues', sees('[data-chart]')],
  ['/tasks/schedules', shows(table.script)],
  [`/task/${made.task}`, sees('main h1')],
  ['/administration/users', shows('ada')],
  ['/administration/tokens', shows(table.image)],
  ['/administration/audit', shows(table.image)],
  ['/administration/storage', sees('main h2')],
  ['/administration/settings', sees('main')],
  ['/profile', sees('main h1')],
  [`/not/there/${encodeURIComponent(table.image)}`, sees('body')],
];

for (const locale of ['en-GB', 'de-DE']) {
  test(`every page shows markup as text, ${locale}`, async () => {
    const { page, context, troubles } = await openPage(browser, server.base, 'desktop', { locale });
    await signIn(page);
    for (const [address, isReady] of pages()) {
      const answer = await page.goto(address);
      await isReady(page).catch((cause) => assert.fail(`${address}: ${cause.message}`));
      // The browser itself tells of the page that is not there.
      const told = answer.status() === 404 ? troubles.splice(0).filter((one) => !one.includes('404')) : troubles;
      await assertHarmless(page, told, address);
    }
    await context.close();
  });
}

test('information, EXIF, history, suggestions, saved searches, dialogs and toasts show markup as text', async () => {
  const { page, context, troubles } = await openPage(browser, server.base, 'desktop');
  await signIn(page);
  await page.goto(`/photo/${made.photo}`);
  await page.getByRole('button', { name: 'Information', exact: true }).click();
  const panel = page.getByRole('complementary', { name: 'Information' });
  await panel.getByText(/EXIF and XMP/).click();
  await panel.getByText(table.frame).first().waitFor();
  await panel.getByText(table.style).first().waitFor();
  await assertHarmless(page, troubles, 'information');
  assert.ok((await panel.textContent()).includes(table.image));

  await page.goto('/photos');
  await page.locator('[data-photo] img.is-loaded').first().waitFor();
  const field = page.getByRole('combobox').first();
  for (const typed of ['tag:<img', 'camera:"><', '<img', 'job:<', 'asset:<', 'location:<']) {
    await field.fill(typed);
    await page.getByRole('option').first().waitFor().catch(() => undefined);
    await assertHarmless(page, troubles, `suggestions for ${typed}`);
  }
  await field.fill('tag:<img');
  await page.getByRole('option').filter({ hasText: table.image }).first().waitFor();
  await page.keyboard.press('Escape');

  await page.goto(`/job/${made.job}`);
  await page.locator('.pair h3').waitFor();
  assert.equal(await page.locator('.pair h3').textContent(), everything);
  await page.locator('.pair button').last().click();
  await page.locator('.toast__words').first().waitFor();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.locator('.pair h3').waitFor();
  // The server's refusal names what was sent; it comes back as a toast.
  await page.route('**/pairs/*', (route) => route.fulfill({ status: 409, json: { error: { code: 'conflict', message: everything } } }));
  await page.locator('.pair button').nth(1).click();
  await page.locator('.toast__words', { hasText: table.image }).waitFor();
  troubles.splice(0, troubles.length, ...troubles.filter((one) => !one.includes('409')));
  await assertHarmless(page, troubles, 'toasts');
  await context.close();
});
