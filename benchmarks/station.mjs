// ./bench station: from a trigger to its verdict, on a simulated line of 1.3-megapixel frames and an anomaly model that was
// taught on the same line; and what a picture on demand costs beside its exposure.
// A trigger's time is when its frame was whole. "judged": the verdict is in the journal; "shown": who listens as the page
// does has it; "durable": all files are at their place.
//   RATES=2,10   SECONDS=60   SIZE=1280x1024   GOODS=40   CAPTURES=100
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { photos } from '../tests/api/support/findings.mjs';
import { listen } from '../tests/api/support/live.mjs';
import { freePort, Server } from '../tests/api/support/server.mjs';
import { cpuSeconds, pause, tree } from './support/processes.mjs';

const rates = (process.env.RATES ?? '2,10').split(',').map(Number);
const seconds = Number(process.env.SECONDS ?? 60);
const size = process.env.SIZE ?? '1280x1024';
const goods = Number(process.env.GOODS ?? 40);
const captures = Number(process.env.CAPTURES ?? 100);
const exposure = 5; // milliseconds
const stations = '/api/v1/stations';

const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];
const told = (values) => (values.length === 0 ? 'none' : [0.5, 0.95, 0.99].map((share) => quantile(values, share).toFixed(0)).join(' / '));
const line = (cells) => console.log(cells.map((cell) => String(cell).padStart(18)).join(''));

async function made(answer) {
  const { status, body } = await answer;
  if (status < 200 || status > 299) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

async function captureGoods(admin) {
  await made(admin.post('/api/v1/cameras', { name: 'goods', driver: 'simulated', address: `scene:belt?size=${size}&seed=1&motion=index`, settings: { exposure_ms: exposure } }));
  const times = [];
  const ids = [];
  for (let i = 0; i < Math.max(captures, goods); i += 1) {
    const begun = performance.now();
    const { imageId } = await made(admin.post('/api/v1/camera/capture', { camera: 'goods', exposure }));
    times.push(performance.now() - begun - exposure);
    if (ids.length < goods) ids.push(imageId);
  }
  console.log(`a picture on demand, beside its exposure of ${exposure} ms: ${told(times)} ms (p50 / p95 / p99 of ${times.length})\n`);
  return ids;
}

// Photos that are looked at in the background would be measured along with the line.
async function untilQuiet(admin) {
  for (;;) {
    const { results } = await made(admin.get('/api/v1/queues'));
    if (results.every(({ available, running }) => available === 0 && running === 0)) return;
    await pause(500);
  }
}

async function teach(admin, ids) {
  for (const id of ids) await made(admin.patch(`${photos}/${id}`, { verdict: 'OK' }));
  const { id } = await made(admin.post('/api/v1/training-runs', { task: 'anomaly', scope: { kind: 'global' } }));
  for (;;) {
    const run = await made(admin.get(`/api/v1/training-runs/${id}`));
    if (run.state === 'failed' || run.state === 'cancelled') throw new Error(`no model was taught: ${run.error}`);
    if (run.state === 'done') {
      const model = await made(admin.get(`/api/v1/models/${run.model_id}`));
      return `${model.name}@${model.version}`;
    }
    await pause(500);
  }
}

// Asks for the newest triggers whenever something of the station is told, as its page does.
async function watch(server, admin, station, shown) {
  const listener = await listen(server, { token: admin.token });
  let isAsking = false;
  let mustAsk = false;
  const ask = async () => {
    mustAsk = true;
    if (isAsking) return;
    isAsking = true;
    while (mustAsk) {
      mustAsk = false;
      const { results } = await made(admin.get(`${stations}/${station}/triggers?limit=12`));
      for (const { id, verdict, triggered_at: at } of results) if (verdict !== null && !shown.has(id)) shown.set(id, Date.now() - Date.parse(at));
    }
    isAsking = false;
  };
  listener.socket.on('message', (data) => JSON.parse(data).changes?.some(({ type, id }) => type === 'station' && id === station) && ask());
  return listener;
}

async function journal(admin, station) {
  const rows = [];
  for (let cursor = ''; cursor !== null; ) {
    const page = await made(admin.get(`${stations}/${station}/triggers?limit=200${cursor && `&cursor=${cursor}`}`));
    rows.push(...page.results);
    cursor = page.next;
  }
  return rows;
}

async function runLine(server, admin, rate, model) {
  const name = `line of ${rate}`;
  const camera = await made(admin.post('/api/v1/cameras', { name, driver: 'simulated', address: `scene:belt?size=${size}&seed=1&defects=0.1&trigger=${rate}`, settings: { exposure_ms: exposure } }));
  const trigger = { source: 'line', line: 'Line0' };
  const recipe = { model, keep: { ok: 'files', ng: 'files' } };
  const { id } = await made(admin.post(stations, { name, camera_id: camera.id, trigger, recipe, enabled: false }));
  const shown = new Map();
  const listener = await watch(server, admin, id, shown);
  const before = cpuSeconds(tree(server.pid));
  await made(admin.patch(`${stations}/${id}`, { enabled: true }));
  await pause(seconds * 1000);
  const { status } = await made(admin.get(`${stations}/${id}`));
  const used = cpuSeconds(tree(server.pid)) - before;
  await made(admin.patch(`/api/v1/cameras/${camera.id}`, { enabled: false })); // no more triggers; what came goes on
  let rows = [];
  for (const end = Date.now() + 300_000; Date.now() < end; await pause(500)) {
    rows = await journal(admin, id);
    if (rows.every(({ state }) => ['filed', 'failed', 'lost'].includes(state))) break;
  }
  listener.close();
  const since = (member) => rows.filter((row) => row[member] && row.state !== 'lost').map((row) => Date.parse(row[member]) - Date.parse(row.triggered_at));
  const states = rows.reduce((sum, { state }) => ({ ...sum, [state]: (sum[state] ?? 0) + 1 }), {});
  const verdicts = rows.reduce((sum, { verdict, judged }) => ({ ...sum, [judged ? verdict : 'not judged']: (sum[judged ? verdict : 'not judged'] ?? 0) + 1 }), {});
  line([`${rate} a second`, rows.length, told(since('judged_at')), told([...shown.values()]), told(since('durable_at')), `${((1000 * used) / rows.length).toFixed(0)} ms CPU`]);
  console.log(`${' '.repeat(18)}${JSON.stringify(states)} ${JSON.stringify(verdicts)}; waiting at the end ${status.waiting_frames} in memory, ${status.spilled_frames} on disk\n`);
}

const server = new Server(mkdtempSync(join(tmpdir(), 'sightglass-station-')), await freePort(), { 'workers.count': 1 }, true);
await server.start();
try {
  const admin = await server.as('administrator');
  const ids = await captureGoods(admin);
  const model = await teach(admin, ids);
  await untilQuiet(admin);
  console.log(`${size} frames, model ${model} of ${ids.length} good pictures, ${seconds} s each; p50 / p95 / p99 in ms\n`);
  line(['rate', 'triggers', 'judged', 'shown', 'durable', 'each']);
  for (const rate of rates) await runLine(server, admin, rate, model);
} finally {
  await server.stop();
}
