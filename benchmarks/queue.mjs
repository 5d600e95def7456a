// ./bench queue: tasks that do nothing, with 800 bytes of arguments, two worker processes; contestants take turns.
//   sightglass   the embedded store: each enqueue and each claim is a synced commit
//   postgresql   the same on a PostgreSQL server with its own settings (synchronous_commit, fsync), which counts as ours
//   celery       5.2 on Redis 7, acknowledged late, two processes, prefetch 4; Redis syncs its log every second
//   bullmq       on the same Redis, two processes of four tasks at once
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPostgres } from './support/postgres.mjs';
import { cpuSeconds, median, pause, tree } from './support/processes.mjs';

const build = process.env.SIGHTGLASS_BUILD ?? 'build/release';
const rounds = Number(process.env.ROUNDS ?? 3);
const tasks = Number(process.env.TASKS ?? 20_000);
const peerTasks = Number(process.env.PEER_TASKS ?? 5_000);
const contestant = `${build}/benchmarks/queue_contestant`;
const python = '/usr/bin/python3'; // Debian's own, for which python3-celery is installed

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const cpuOf = (pid) => cpuSeconds(tree(pid));

const run = (mode, store, count, ...more) =>
  JSON.parse(execFileSync(contestant, [mode, store, String(count), ...more], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));

function embedded(mode, count) {
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'sightglass-queue-'));
  try {
    return run(mode, folder, count);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const onDatabases = (work) =>
  onPostgres(({ pid, makeDatabase }) => work((mode, count) => run(mode, makeDatabase(), count, String(pid))));

async function withRedis(work) {
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'sightglass-redis-'));
  const port = await freePort();
  const redis = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--save', ''], { stdio: 'ignore' });
  try {
    for (let tries = 0; tries < 100; tries += 1) {
      try {
        execFileSync('redis-cli', ['-p', String(port), 'ping'], { stdio: 'ignore' });
        break;
      } catch {
        await pause(50);
      }
    }
    return await work(port, redis.pid);
  } finally {
    redis.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

// A peer's enqueue, then its workers until nothing is left; CPU of the workers and of Redis while they run.
async function peer(client, workers, port, redisPid) {
  const env = { ...process.env, PEER_BROKER: `redis://127.0.0.1:${port}/0`, PEER_PORT: String(port) };
  // A worker that did not start would leave it waiting.
  const options = { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'inherit'], timeout: 180_000 };
  const call = (mode, count) => JSON.parse(execFileSync(client[0], [...client.slice(1), mode, String(count)], options));
  const beforeEnqueue = cpuOf(redisPid);
  const enqueued = call('enqueue', peerTasks);
  enqueued.enqueue_cpu_us += (1e6 * (cpuOf(redisPid) - beforeEnqueue)) / peerTasks;
  const running = workers.map((command) => spawn(command[0], command.slice(1), { env, cwd: 'benchmarks/peers', stdio: 'ignore' }));
  const before = cpuOf(redisPid);
  const drained = call('wait', peerTasks);
  const cpu = cpuOf(redisPid) - before + running.reduce((sum, child) => sum + cpuOf(child.pid), 0);
  const measured = { ...enqueued, ...drained, run_cpu_us: (1e6 * cpu) / peerTasks };
  if (client[0] === python) Object.assign(measured, call('latency', 200));
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(running.map((child) => new Promise((resolve) => child.once('exit', resolve))));
  return measured;
}

const celery = (port, redis) =>
  peer([python, 'benchmarks/peers/celery_peer.py'], [[python, '-m', 'celery', '-A', 'celery_peer', 'worker', '--concurrency', '2', '--without-gossip', '--without-mingle', '--loglevel', 'ERROR']], port, redis);
const bullmqWorker = ['node', 'bullmq_peer.mjs', 'worker'];
const bullmq = (port, redis) => peer(['node', 'benchmarks/peers/bullmq_peer.mjs'], [bullmqWorker, bullmqWorker], port, redis);

const results = { sightglass: [], postgresql: [], celery: [], bullmq: [] };
for (let round = 0; round < rounds; round += 1) {
  results.sightglass.push({ ...embedded('drain', tasks), ...embedded('latency', 200) });
  results.postgresql.push(await onDatabases(async (ours) => ({ ...(await ours('drain', tasks)), ...(await ours('latency', 200)) })));
  results.celery.push(await withRedis(celery));
  results.bullmq.push(await withRedis(bullmq));
}
const priority = { embedded: embedded('priority', 10_000), postgresql: await onDatabases((ours) => ours('priority', 10_000)) };

for (const [name, runs] of Object.entries(results)) {
  console.log(name);
  for (const figure of Object.keys(runs[0])) {
    const values = runs.map((run) => run[figure]);
    console.log(`  ${figure.padEnd(20)} median ${median(values).toFixed(1).padStart(10)}  (${Math.min(...values).toFixed(1)} … ${Math.max(...values).toFixed(1)})`);
  }
}
const ratio = (figure, a, b) => median(results[a].map((run, i) => run[figure] / results[b][i][figure])).toFixed(2);
for (const [name, speed, cpu] of [['sightglass', 20, '0.10'], ['postgresql', 10, 'none set']]) {
  console.log(`tasks a second, ${name} / celery  ${ratio('tasks_per_second', name, 'celery')}  (goal: at least ${speed})`);
  console.log(`CPU a task, ${name} / celery      ${ratio('run_cpu_us', name, 'celery')}  (goal: ${cpu})`);
  console.log(`tasks a second, ${name} / bullmq  ${ratio('tasks_per_second', name, 'bullmq')}`);
}
for (const [store, waited] of Object.entries(priority)) {
  console.log(
    `high priority with ${waited.waiting_batch} batch tasks still waiting, ${store}: begins after p50 ${waited.begin_p50_ms.toFixed(1)}, p99 ${waited.begin_p99_ms.toFixed(1)}, at most ${waited.begin_max_ms.toFixed(1)} ms  (goal: p99 100)`,
  );
}
