// ./bench web: the page of all photos over a million rows: how long the page works for each frame while it scrolls, what
// it holds in memory, how soon a jump to another date shows the photos there. Pictures are one and the same small JPEG,
// given by the test in place of a million files.
// ROWS: how many. SEEDED=FILE: a database seeded earlier.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture } from '../tests/api/support/pictures.mjs';
import { freePort, password, root, Server } from '../tests/api/support/server.mjs';
import { launch, openPage } from '../tests/e2e/support/browser.mjs';

const rows = Number(process.env.ROWS ?? 1_000_000);
const seconds = 8;
const jumps = 20;

const percentile = (numbers, share) => [...numbers].sort((a, b) => a - b)[Math.min(Math.floor(numbers.length * share), numbers.length - 1)];
const tell = (what, value) => console.log(`${what.padEnd(52)} ${value}`);
const spread = (numbers, unit) => `p50 ${percentile(numbers, 0.5).toFixed(1)} ${unit}, p95 ${percentile(numbers, 0.95).toFixed(1)} ${unit}, most ${Math.max(...numbers).toFixed(1)} ${unit}`;

const data = mkdtempSync(join(tmpdir(), 'sightglass-web-'));
const database = join(data, 'sightglass.db');
if (process.env.SEEDED) copyFileSync(process.env.SEEDED, database);
else execFileSync(join(root, 'build/release/benchmarks/seed_photos'), [database, String(rows), '2000'], { stdio: 'inherit' });
const server = new Server(data, await freePort(), {});
server.addUser('ada', 'administrator');
await server.start();

const browser = await launch();
const { page, context } = await openPage(browser, server.base, 'desktop');
const picture = fixture('plain.jpg');
await page.route(/\/thumbnail$/, (route) => route.fulfill({ body: picture, contentType: 'image/jpeg' }));
await page.goto('/sign-in');
await page.locator('input[autocomplete=username]').fill('ada');
await page.locator('input[autocomplete=current-password]').fill(password);
await page.locator('form .button--main').click();
await page.waitForURL((url) => url.pathname !== '/sign-in');

// The server's part, measured from inside the page, three times each: the first also warms up.
const requests = await page.evaluate(async () => {
  const timed = async (path) => {
    const began = performance.now();
    const answer = await (await fetch(path)).json();
    return { ms: performance.now() - began, answer };
  };
  const times = { segments: [], piece: [] };
  let middle = 0;
  for (let i = 0; i < 5; i += 1) {
    const { ms, answer } = await timed('/api/v1/images/photos/segments');
    times.segments.push(ms);
    middle = answer.segments[Math.floor((answer.segments.length * (i + 1)) / 7)];
    for (let j = 0; j < 4; j += 1) times.piece.push((await timed(`/api/v1/images/photos?limit=${middle.count}&cursor=${middle.cursor}`)).ms);
  }
  return times;
});
tell('segments of all rows, as the page gets them', spread(requests.segments, 'ms'));
tell('a piece of 200 photos, as the page gets it', spread(requests.piece, 'ms'));

const began = Date.now();
await page.goto('/photos');
await page.locator('.grid-tile').first().waitFor();
tell('from the address to the first photos', `${Date.now() - began} ms`);

// A frame's work is from its callbacks to the first task after it was painted; the interval also counts waiting.
const trace = await page.evaluate(async (duration) => {
  const frame = document.querySelector('.timeline__frame');
  const channel = new MessageChannel();
  const work = [];
  const intervals = [];
  let begun = 0;
  channel.port1.onmessage = () => work.push(performance.now() - begun);
  const end = performance.now() + duration;
  let last = performance.now();
  await new Promise((resolve) => {
    const step = (now) => {
      intervals.push(now - last);
      last = now;
      begun = performance.now();
      frame.scrollTop += 50;
      channel.port2.postMessage(0);
      if (performance.now() < end) requestAnimationFrame(step);
      else resolve();
    };
    requestAnimationFrame(step);
  });
  return { work, intervals: intervals.slice(1) };
}, seconds * 1000);
tell(`scrolling ${seconds} s, work of a frame`, spread(trace.work, 'ms'));
tell(`scrolling ${seconds} s, from frame to frame`, spread(trace.intervals, 'ms'));

const times = [];
for (let i = 0; i < jumps; i += 1) {
  times.push(
    await page.evaluate(async (share) => {
      const strip = document.querySelector('.scrubber');
      const box = strip.getBoundingClientRect();
      const frame = document.querySelector('.timeline__frame').getBoundingClientRect();
      const before = new Set([...document.querySelectorAll('.grid-tile')].map((one) => one.dataset.photo));
      const isThere = () =>
        [...document.querySelectorAll('.grid-tile')].some((one) => {
          const { top, bottom } = one.getBoundingClientRect();
          return !before.has(one.dataset.photo) && bottom > frame.top && top < frame.bottom;
        });
      const start = performance.now();
      const event = { bubbles: true, pointerId: 1, clientX: box.left + 5, clientY: box.top + share * box.height };
      strip.setPointerCapture = () => undefined;
      strip.dispatchEvent(new PointerEvent('pointerdown', event));
      strip.dispatchEvent(new PointerEvent('pointerup', event));
      while (!isThere()) await new Promise((resolve) => requestAnimationFrame(resolve));
      return performance.now() - start;
    }, ((i * 7) % jumps) / jumps + 0.02),
  );
}
tell(`${jumps} jumps to a date, until its photos are there`, spread(times, 'ms'));

const session = await context.newCDPSession(page);
await session.send('HeapProfiler.collectGarbage');
await session.send('Performance.enable');
const { metrics } = await session.send('Performance.getMetrics');
const metric = (name) => metrics.find((one) => one.name === name).value;
tell('memory of the page’s script after all that', `${(metric('JSHeapUsedSize') / 1e6).toFixed(1)} MB, ${metric('Nodes')} nodes`);
const status = readFileSync(`/proc/${execFileSync('pgrep', ['-f', data]).toString().split('\n')[0]}/status`, 'utf8');
tell('memory of the server', `${(Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024).toFixed(1)} MB`);

await browser.close();
await server.stop();
