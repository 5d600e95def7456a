// ./bench analysis: what looking at a photo costs, by step, and the whole of it, with one worker of one thread. Steps tell
// in the analysis how long they took; the kernel tells what the worker used. Each line of the second table adds a step, so
// that the difference of two is what its networks need in memory.
//   RUNTIME=auto|opencv|onnxruntime   PHOTOS=40
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { photos } from '../tests/api/support/findings.mjs';
import { freePort, Server, shared } from '../tests/api/support/server.mjs';
import { cpuSeconds, pause, tree } from './support/processes.mjs';

const runtime = process.env.RUNTIME ?? 'auto';
const wanted = Number(process.env.PHOTOS ?? 40);
const folders = ['large_photos', 'damage/road', 'camera_traps/ena24', 'camera_traps/speciesnet', 'camera_traps/tunnel'];
const off = { 'vision.enabled': false, 'vision.text': false, 'vision.codes': false };
const plans = [
  ['properties alone', off],
  ['objects and embedding', { ...off, 'vision.enabled': true }],
  ['objects, embedding, codes', { 'vision.text': false }],
  ['all', {}],
];

// Round the folders, so that sizes and kinds are mixed.
function pictures() {
  const sets = folders.map((folder) => join(shared, 'data', folder)).filter(existsSync);
  const files = sets.map((set) => readdirSync(set).filter((name) => /\.jpe?g$/i.test(name)).sort().map((name) => join(set, name)));
  const mixed = [];
  for (let place = 0; mixed.length < wanted && files.some((names) => place < names.length); place += 1)
    for (const names of files) if (place < names.length) mixed.push(names[place]);
  return mixed.slice(0, wanted);
}

const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];
// The process that works on tasks; what decodes for it is its child.
const workerOf = (server) => tree(server.pid).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0tasks\0'));
const peakMegabytes = (pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

async function analysed(client, id) {
  for (;;) {
    const { status, body } = await client.get(`${photos}/${id}`);
    if (status !== 200) throw new Error(`a photo is not told of: ${JSON.stringify(body)}`);
    if (['COMPLETED', 'FAILED'].includes(body.processing_status)) return body;
    await pause(50);
  }
}

async function measure(settings, files) {
  const data = mkdtempSync(join(tmpdir(), 'sightglass-analysis-'));
  const all = { 'vision.runtime': runtime, 'vision.threads': 1, 'workers.express': 0, 'workers.training': 0, ...settings };
  const server = new Server(data, await freePort(), all, true);
  await server.start();
  try {
    const client = await server.as('administrator');
    // The first loads the networks.
    const [first, ...rest] = files;
    await analysed(client, (await client.newPhoto(readFileSync(first))).id);
    const worker = workerOf(server);
    const before = cpuSeconds(tree(worker));
    const steps = [];
    for (const file of rest) {
      const { status, body } = await client.uploadPhoto(readFileSync(file));
      if (status !== 201) continue; // one is cut short on purpose
      const photo = await analysed(client, body.id);
      if (photo.analysis) steps.push(photo.analysis.steps.filter(({ outcome }) => outcome === 'done'));
    }
    const cpu = (1000 * (cpuSeconds(tree(worker)) - before)) / steps.length;
    return { steps, cpu, memory: peakMegabytes(worker) };
  } finally {
    await server.stop();
  }
}

const files = pictures();
if (files.length < 3) {
  console.error(`there are no photos in ${shared}: set SIGHTGLASS_SHARED`);
  process.exit(1);
}
const row = (name, ...values) => console.log(name.padEnd(28) + values.map((value) => value.padStart(12)).join(''));
const results = [];
for (const [name, settings] of plans) results.push([name, await measure(settings, files)]);

const { steps } = results.at(-1)[1];
row(`${steps.length} photos`, 'median ms', 'p95 ms');
for (const name of new Set(steps.flat().map(({ step }) => step))) {
  const times = steps.flat().filter(({ step }) => step === name).map(({ milliseconds }) => milliseconds);
  row(name, quantile(times, 0.5).toFixed(1), quantile(times, 0.95).toFixed(1));
}
const sums = steps.map((one) => one.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
row('whole pipeline', quantile(sums, 0.5).toFixed(1), quantile(sums, 0.95).toFixed(1));
console.log();
row('worker', 'CPU ms/photo', 'largest MB');
for (const [name, { cpu, memory }] of results) row(name, cpu.toFixed(0), memory.toFixed(0));
