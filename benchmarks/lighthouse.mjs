// ./bench lighthouse: what Lighthouse says of the page of photos, signed in, on a desk and on a phone. It is run as it
// comes: a phone has a slow line and a processor a quarter as fast.
// PHOTOS: how many real photos the page shows. RUNS: how often each is measured; the middle one is told.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, password, root, Server } from '../tests/api/support/server.mjs';
import { launchProfile } from '../tests/e2e/support/browser.mjs';
import { photosToUpload } from '../tests/e2e/support/pictures.mjs';

const photos = Number(process.env.PHOTOS ?? 200);
const runs = Number(process.env.RUNS ?? 3);
const lighthouse = join(root, 'benchmarks/lighthouse/node_modules/.bin/lighthouse');
const screens = { desk: ['--preset=desktop'], phone: [] };

const server = new Server(mkdtempSync(join(tmpdir(), 'sightglass-lighthouse-')), await freePort(), {});
server.addUser('ada', 'administrator');
await server.start();
const upload = await photosToUpload(photos);
// Lighthouse opens its own tab in this browser, and so is signed in as the person here.
const debugging = await freePort();
const context = await launchProfile(join(upload.folder, 'profile'), { baseURL: server.base, args: [`--remote-debugging-port=${debugging}`] });
const page = await context.newPage();
await page.goto('/sign-in');
await page.locator('input[autocomplete=username]').fill('ada');
await page.locator('input[autocomplete=current-password]').fill(password);
await page.locator('form .button--main').click();
await page.waitForURL((url) => url.pathname !== '/sign-in');
await page.goto('/photos');
await page.locator('input[type=file]').first().setInputFiles(upload.paths);
await page.getByText(`${photos} of ${photos} photos stored`).waitFor({ timeout: 600_000 });
await page.goto('about:blank');

async function measured(flags) {
  const report = join(upload.folder, 'report.json');
  // Not spawnSync: Playwright has to let each new tab of its browser go on.
  await promisify(execFile)(lighthouse, [
    `${server.base}/photos`, ...flags, '--quiet', '--output=json', `--output-path=${report}`, `--port=${debugging}`,
    '--only-categories=performance,accessibility,best-practices',
  ]);
  return JSON.parse(readFileSync(report, 'utf8'));
}

const score = (report, category) => Math.round(report.categories[category].score * 100);
function tell(screen, report) {
  if (new URL(report.finalDisplayedUrl).pathname !== '/photos') throw new Error(`Lighthouse saw ${report.finalDisplayedUrl}`);
  const { audits, categories } = report;
  const scores = Object.keys(categories).map((name) => `${name} ${score(report, name)}`);
  const times = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index'];
  console.log(`${screen.padEnd(6)} ${scores.join(', ')}`);
  console.log(`       ${times.map((name) => `${name} ${audits[name].displayValue}`).join(', ')}`);
  const short = Object.values(categories).flatMap((one) => one.auditRefs.filter((ref) => ref.weight > 0 && audits[ref.id].score < 0.9));
  for (const { id } of short) console.log(`       below 90: ${id}: ${audits[id].title} ${audits[id].displayValue ?? ''}`);
}

for (const [screen, flags] of Object.entries(screens)) {
  const reports = [];
  for (let run = 0; run < runs; run += 1) reports.push(await measured(flags));
  reports.sort((a, b) => score(a, 'performance') - score(b, 'performance'));
  tell(screen, reports[Math.floor(runs / 2)]);
}
await context.close();
await server.stop();
await rm(upload.folder, { recursive: true, force: true });
