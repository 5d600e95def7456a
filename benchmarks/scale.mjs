// ./bench scale: what one picture of 12 megapixels costs from its upload to its analysis, part by part, on each kind of
// store; docs/scale.md reckons with it. PHOTOS, SENDERS: how many. CPU is user + system time of each part's processes.
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gateway, gatewayIsAbsent } from '../tests/api/support/gateway.mjs';
import { freePort, Server, shared } from '../tests/api/support/server.mjs';
import { onPostgres } from './support/postgres.mjs';
import { cpuSeconds, pause, tree } from './support/processes.mjs';

const photos = Number(process.env.PHOTOS ?? 200);
const senders = Number(process.env.SENDERS ?? 4);
const picture = readFileSync(join(shared, 'data/large_photos/Oppo_R7_Plus.jpg'));

// A comment with random bytes behind the first marker makes each copy a picture of its own.
function another() {
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 66]), randomBytes(64)]);
  return Buffer.concat([picture.subarray(0, 2), comment, picture.subarray(2)]);
}

const words = (pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
function partOf(pid) {
  const second = words(pid)[1];
  return { serve: 'serve', decode: 'decoders', tasks: 'task workers' }[second] ?? 'others';
}

// Seconds of CPU by part.
function cpuByPart(server, extra) {
  const sums = {};
  for (const pid of tree(server)) {
    const part = partOf(pid);
    sums[part] = (sums[part] ?? 0) + cpuSeconds([pid]);
  }
  for (const [name, pids] of Object.entries(extra)) sums[name] = cpuSeconds(pids());
  return sums;
}

async function unfinished(client) {
  const { body } = await client.get('/api/v1/queues');
  return body.results.reduce((sum, queue) => sum + queue.available + queue.retryable + queue.running, 0);
}

async function sendAll(client, count) {
  const times = [];
  let left = count;
  await Promise.all(
    Array.from({ length: senders }, async () => {
      while (left > 0) {
        left -= 1;
        const form = new FormData();
        form.append('image', new Blob([another()], { type: 'image/jpeg' }), 'a.jpg');
        const began = performance.now();
        const answer = await client.request('POST', '/api/v1/images/photos/upload/', { body: form });
        if (answer.status !== 201) throw new Error(`an upload was answered ${answer.status}`);
        times.push(performance.now() - began);
      }
    }),
  );
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(times.length / 2)], p99: times[Math.floor(times.length * 0.99)] };
}

// `environment` is what sets the stores.
async function measure(name, environment, extra, sizeOfDatabase) {
  const data = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'sightglass-scale-'));
  const server = new Server(data, await freePort(), { 'accounts.login_attempts_per_minute': 1000 });
  Object.assign(process.env, environment);
  await server.start();
  try {
    const client = await server.as('administrator', 'ada');
    await sendAll(client, senders * 2); // decoders and threads are there
    while ((await unfinished(client)) > 0) await pause(100);
    const bytesBefore = sizeOfDatabase(data);
    const filesBefore = filesIn(data);
    const before = cpuByPart(server.pid, extra);
    const began = performance.now();
    const latency = await sendAll(client, photos);
    const sent = performance.now() - began;
    while ((await unfinished(client)) > 0) await pause(20);
    const done = performance.now() - began;
    const after = cpuByPart(server.pid, extra);
    const bytes = (sizeOfDatabase(data) - bytesBefore) / photos;
    console.log(`\n${name}: ${photos} photos of ${(picture.length / 1e6).toFixed(1)} MB from ${senders} senders`);
    console.log(`  ${((1000 * photos) / sent).toFixed(1)} a second taken in, ${((1000 * photos) / done).toFixed(1)} until analysed; answered after p50 ${latency.p50.toFixed(0)}, p99 ${latency.p99.toFixed(0)} ms`);
    for (const part of Object.keys(after)) {
      console.log(`  ${part.padEnd(14)} ${((1000 * (after[part] - (before[part] ?? 0))) / photos).toFixed(1).padStart(8)} ms of CPU a photo`);
    }
    console.log(`  database       ${(bytes / 1000).toFixed(1).padStart(8)} kB a photo`);
    console.log(`  files here     ${((filesIn(data) - filesBefore) / photos / 1000).toFixed(1).padStart(8)} kB a photo`);
  } finally {
    await server.stop();
    for (const variable of Object.keys(environment)) delete process.env[variable];
  }
}

// Without its log, which is of bounded size.
const embeddedSize = (data) => statSync(join(data, 'sightglass.db')).size;
const filesIn = (data) => Number(execFileSync('du', ['-sb', '--exclude=sightglass.db*', data], { encoding: 'utf8' }).split('\t')[0]);
const sizeAt = (url) => () => Number(execFileSync('psql', [url, '-Atc', 'SELECT pg_database_size(current_database())'], { encoding: 'utf8' }));

await measure('embedded store, disk', {}, {}, embeddedSize);
await onPostgres(async ({ pid, makeDatabase }) => {
  const database = () => ({ postgresql: () => tree(pid) });
  const first = makeDatabase();
  await measure('PostgreSQL, disk', { SIGHTGLASS_DATABASE_URL: first }, database(), sizeAt(first));
  if (gatewayIsAbsent) {
    console.log(gatewayIsAbsent);
    return;
  }
  const gateway = new Gateway();
  await gateway.start();
  try {
    await gateway.makeBucket('plant');
    const second = makeDatabase();
    const environment = {
      SIGHTGLASS_DATABASE_URL: second,
      SIGHTGLASS_STORAGE_S3_ENDPOINT: gateway.endpoint,
      SIGHTGLASS_STORAGE_S3_BUCKET: 'plant',
      SIGHTGLASS_STORAGE_S3_ACCESS_KEY: gateway.accessKey,
      SIGHTGLASS_STORAGE_S3_SECRET_KEY: gateway.secretKey,
    };
    await measure('PostgreSQL, bucket', environment, { ...database(), 'S3 server': () => gateway.pids() }, sizeAt(second));
  } finally {
    await gateway.stop();
  }
});
