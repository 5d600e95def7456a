// Makes docs/screenshots/: a job with its gallery, all photos, one photo, the map. The pictures in them may be shown (see the
// SOURCES.md there).
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, shared, startServer } from '../api/support/server.mjs';
import { launch, openPage, settled } from './support/browser.mjs';
import { signIn } from './support/sign_in.mjs';

const pictures = join(shared, 'data', 'damage', 'road');
const wordsOf = { pothole: 'Pothole', crack: 'Crack', crack_and_pothole: 'Crack and pothole' };
const each = 7;

async function fill(page) {
  await signIn(page);
  await page.getByRole('button', { name: 'New job' }).click();
  const fields = { Number: 'W-2041', Title: 'Road survey, section 4', Customer: 'District roads office', Address: 'Km 112 to 118, northbound' };
  for (const [label, words] of Object.entries(fields)) await page.getByLabel(label).fill(words);
  await page.getByRole('button', { name: 'Create the job' }).click();
  let count = 0;
  for (const [kind, words] of Object.entries(wordsOf)) {
    const paths = readdirSync(join(pictures, kind)).filter((name) => name.endsWith('.jpg')).sort().slice(0, each);
    await page.getByLabel('Description for the next photos').fill(words);
    await page.locator('[data-test=files]').setInputFiles(paths.map((name) => join(pictures, kind, name)));
    count += paths.length;
    await page.getByText(`${count} of ${count} photos stored`).waitFor();
  }
  return count;
}

// The survey goes along a road; these pictures tell no place of their own.
async function layAlongTheRoad(client) {
  const { results } = (await client.get('/api/v1/images/photos?limit=100')).body;
  for (const [i, { id }] of results.entries()) {
    await client.patch(`/api/v1/images/photos/${id}`, { latitude: -20.85 + 0.055 * i, longitude: -40.95 + 0.03 * i + 0.04 * Math.sin(i) });
  }
}

async function keep(page, name) {
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await copyFile(join(folder, `${name}.png`), join(root, 'docs', 'screenshots', `${name}.png`));
}

const server = await startServer();
const browser = await launch();
const folder = await mkdtemp(join(tmpdir(), 'sightglass-screenshot-'));
try {
  server.addUser('ada', 'administrator');
  const { page } = await openPage(browser, server.base, 'desktop', { viewport: { width: 1000, height: 700 } });
  const count = await fill(page);
  await page.reload();
  await page.waitForFunction((wanted) => document.querySelectorAll('img.is-loaded').length >= Math.min(wanted, 10), count);
  await settled(page);
  await keep(page, 'job');
  await page.goto('/photos');
  await page.locator('img.is-loaded').nth(9).waitFor();
  await settled(page);
  await keep(page, 'photos');
  await page.locator('[data-photo] a, [data-photo] button').first().click();
  await page.waitForURL(/\/photo\//);
  await page.keyboard.press('i');
  await page.locator('.openseadragon-canvas canvas').first().waitFor();
  await settled(page);
  await keep(page, 'photo');
  await layAlongTheRoad(await server.as('administrator', 'root'));
  await page.goto('/map?at=-20.3,-40.6,8');
  await page.locator('.cluster').first().waitFor();
  await page.locator('.world-map__land').first().waitFor({ state: 'attached' });
  await page.locator('.cluster').first().click();
  await page.locator('.map-strip img.is-loaded').nth(1).waitFor();
  await settled(page);
  await keep(page, 'map');
} finally {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
