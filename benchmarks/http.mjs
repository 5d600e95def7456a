// ./bench http: listings over a million photos, thumbnails against nginx, uploads of 2 MB.
// CPU is what the server process itself used (user + system, from /proc), divided by the requests it answered; for
// uploads its decoders count as well. Everything is measured with the access log, which is the default, and without.
// ROWS, SECONDS: how much. SEEDED=FILE: a database seeded earlier, or where to keep the one seeded now.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const build = process.env.SIGHTGLASS_BUILD ?? 'build/release';
const rows = Number(process.env.ROWS ?? 1_000_000);
const seconds = Number(process.env.SECONDS ?? 8);
const work = mkdtempSync(join(tmpdir(), 'sightglass-bench-'));
const data = join(work, 'data');
const port = 18_400 + Math.floor(Math.random() * 400);
const origin = `http://127.0.0.1:${port}`;
const children = [];

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']));

function cpuSeconds(pids) {
  let ticks = 0;
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / ticksPerSecond;
}

// VmRSS: now. VmHWM: at most so far.
function megabytes(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(status.match(new RegExp(`${field}:\\s+(\\d+)`))[1]) / 1024).toFixed(1);
}

async function untilHealthy(url) {
  for (let attempt = 0; attempt < 2400; attempt += 1) {
    try {
      const answer = await fetch(url);
      if (answer.ok) return;
    } catch {
      // not listening yet
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${url} never became healthy`);
}

function wrk(url, connections, header, script = []) {
  const how = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...script];
  const text = execFileSync('wrk', [...how, '-H', header, url], { encoding: 'utf8' });
  const latency = (percent) => {
    const [, value, unit] = text.match(new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s)`));
    return Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit];
  };
  const errors = text.match(/Non-2xx or 3xx responses: (\d+)/);
  if (errors) throw new Error(`${url}: ${errors[0]}`);
  return { requests: Number(text.match(/(\d+) requests in/)[1]), p50: latency(50), p99: latency(99) };
}

function measure(pids, run) {
  const before = cpuSeconds(pids);
  const result = run();
  return { ...result, cpuMicros: (1e6 * (cpuSeconds(pids) - before)) / result.requests };
}

function report(name, { requests, p50, p99, cpuMicros }) {
  console.log(
    `${name.padEnd(34)} ${String(requests).padStart(8)} requests  cpu ${cpuMicros.toFixed(1).padStart(8)} µs  ` +
      `p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`,
  );
}

function startNginx(root) {
  const nginxPort = port + 500;
  const config = join(work, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off; worker_processes 1; pid ${work}/nginx.pid; error_log ${work}/nginx.log;
events { worker_connections 1024; }
http { access_log ${work}/access.log; sendfile on; tcp_nopush on; keepalive_requests 10000000;
  types { image/jpeg jpg; }
  server { listen 127.0.0.1:${nginxPort}; root ${root}; } }
`,
  );
  const nginx = spawn('nginx', ['-c', config, '-e', `${work}/nginx.log`], { stdio: 'inherit' });
  children.push(nginx);
  return { url: `http://127.0.0.1:${nginxPort}`, master: nginx.pid, child: nginx };
}

// Of every thread: decoders are started by one of their own.
const childrenOf = (pid) =>
  readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' '))
    .filter((child) => child !== '')
    .map(Number);

// A valid JPEG of its own for each call: a comment segment with random bytes after the first marker.
function uniqueJpeg(base, bytes) {
  const padding = [];
  let missing = Math.max(64, bytes - base.length);
  while (missing > 0) {
    const length = Math.min(missing, 60_000);
    const head = Buffer.from([0xff, 0xfe, (length + 2) >> 8, (length + 2) & 255]);
    padding.push(head, randomBytes(length));
    missing -= length;
  }
  return Buffer.concat([base.subarray(0, 2), ...padding, base.subarray(2)]);
}

function upload(path, token, image) {
  const boundary = '----sightglassbench';
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`,
  );
  const body = Buffer.concat([head, image, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const outgoing = request(
      `${origin}${path}`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': `multipart/form-data; boundary=${boundary}`,
          'content-length': body.length,
        },
      },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({ status: answer.statusCode, ms: performance.now() - started, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function measureUploads(token, base, connections, perConnection) {
  const times = [];
  const image = uniqueJpeg(base, 2_000_000);
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let i = 0; i < perConnection; i += 1) {
        randomBytes(32).copy(image, 6);
        const answer = await upload('/api/v1/images/photos/upload/', token, Buffer.from(image));
        if (answer.status !== 201) throw new Error(`upload: ${answer.status} ${answer.text}`);
        times.push(answer.ms);
      }
    }),
  );
  times.sort((a, b) => a - b);
  return {
    requests: times.length,
    p50: times[Math.floor(times.length / 2)],
    p99: times[Math.min(times.length - 1, Math.floor(times.length * 0.99))],
  };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function seed() {
  mkdirSync(data, { recursive: true });
  const database = join(data, 'sightglass.db');
  const kept = process.env.SEEDED;
  if (kept && existsSync(kept)) return copyFileSync(kept, database);
  console.log(`seeding ${rows} photos, some minutes for a million`);
  execFileSync(`${build}/benchmarks/seed_photos`, [database, String(rows), '50']);
  if (kept) copyFileSync(database, kept);
}

function addUser() {
  execFileSync(
    `${build}/sightglass`,
    ['user', 'add', 'bench', '--role', 'administrator', '--password-stdin', '--data', data],
    { input: 'correct horse battery\n' },
  );
}

// The log goes to a file, as under a service manager.
async function startServer(level) {
  const log = openSync(join(work, 'server.log'), 'a');
  const startedAt = performance.now();
  const server = spawn(
    `${build}/sightglass`,
    ['serve', '--data', data, '--listen', `127.0.0.1:${port}`, '--workers', '0', '--log-level', level],
    { stdio: ['ignore', log, log] },
  );
  children.push(server);
  await untilHealthy(`${origin}/health`);
  console.log(`\nlog level ${level}: start to healthy over ${rows} rows ${(performance.now() - startedAt).toFixed(0)} ms`);
  return server;
}

function stop(child) {
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
}

async function signIn() {
  const answer = await fetch(`${origin}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'bench', password: 'correct horse battery' }),
  });
  return (await answer.json()).access_token;
}

async function measureThumbnails(pids, token, base) {
  const header = `Authorization: Bearer ${token}`;
  const first = JSON.parse((await upload('/api/v1/images/photos/upload/', token, uniqueJpeg(base, 0))).text);
  const address = new URL(first.thumbnail_url, origin).href;
  const thumbnail = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  const bytes = Buffer.from(await thumbnail.arrayBuffer());
  const root = join(work, 'www');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'thumbnail.jpg'), bytes);
  const nginx = startNginx(root);
  await untilHealthy(`${nginx.url}/thumbnail.jpg`);
  const nginxPids = childrenOf(nginx.master);
  const ratios = [];
  for (let round = 0; round < 3; round += 1) {
    const ours = measure(pids, () => wrk(address, 16, header));
    const theirs = measure(nginxPids, () => wrk(`${nginx.url}/thumbnail.jpg`, 16, header));
    report(`thumbnail of ${bytes.length} bytes`, ours);
    report('  the same from nginx', theirs);
    ratios.push(ours.cpuMicros / theirs.cpuMicros);
  }
  console.log(`thumbnail: ${median(ratios).toFixed(2)} × nginx's CPU (${ratios.map((r) => r.toFixed(2)).join(', ')}; goal: 2)`);
  await stop(nginx.child);
}

async function measureLevel(level, picture) {
  const server = await startServer(level);
  const pids = [server.pid];
  const token = await signIn();
  console.log(`memory after the start, no workers: ${megabytes(server.pid, 'VmRSS')} MB (goal: 40)`);
  // Inside the time that the seeded rows span.
  const listing = `${origin}/api/v1/images/photos/?job=7&taken_from=2023-11-14&taken_to=2023-11-24&limit=100`;
  const sample = await fetch(listing, { headers: { authorization: `Bearer ${token}` } });
  const { results } = await sample.json();
  if (results.length !== 100) throw new Error(`the listing has ${results.length} photos instead of 100`);
  const header = `Authorization: Bearer ${token}`;
  const pauses = ['-s', join(dirname(fileURLToPath(import.meta.url)), 'pauses.lua')];
  for (let round = 0; round < 3; round += 1) {
    // Saturated, the latency is the queue's length; with pauses it is what people and dashboards meet.
    report('list 100, 50 conn without a pause', measure(pids, () => wrk(listing, 50, header)));
    report('list 100, 50 conn with pauses', measure(pids, () => wrk(listing, 50, header, pauses)));
  }
  await measureThumbnails(pids, token, picture);
  for (let round = 0; round < 3; round += 1) {
    // The first finds decoders and threads not started yet.
    const everyone = () => [server.pid, ...childrenOf(server.pid)];
    const before = cpuSeconds(everyone());
    const uploads = await measureUploads(token, picture, 20, 10);
    const cpuMicros = (1e6 * (cpuSeconds(everyone()) - before)) / uploads.requests;
    report('upload of 2 MB, 20 connections', { ...uploads, cpuMicros });
  }
  console.log(`memory after the load: ${megabytes(server.pid, 'VmRSS')} MB, at most ${megabytes(server.pid, 'VmHWM')} MB`);
  await stop(server);
}

async function main() {
  chmodSync(work, 0o711); // nginx gives up root before it reads
  seed();
  addUser();
  const picture = readFileSync(join(process.env.SIGHTGLASS_SHARED, 'data/large_photos/Oppo_R7_Plus.jpg'));
  for (const level of ['info', 'warning']) await measureLevel(level, picture);
}

try {
  await main();
} finally {
  for (const child of children) child.kill('SIGTERM');
  if (existsSync(work)) rmSync(work, { recursive: true, force: true });
}
