// ./bench queue: tasks that do nothing, with 800 bytes of arguments, two worker processes; contestants take turns.
//   sightglass   the embedded store: each enqueue and each claim is a synced commit
//   celery       5.2 on Redis 7, acknowledged late, two processes, prefetch 4; Redis syncs its log every second
//   bullmq       on the same Redis, two processes of four tasks at once
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const build = process.env.SIGHTGLASS_BUILD ?? 'build/release';
const rounds = Number(process.env.ROUNDS ?? 3);
const tasks = Number(process.env.TASKS ?? 20_000);
const peerTasks = Number(process.env.PEER_TASKS ?? 5_000);
const contestant = `${build}/benchmarks/queue_contestant`;
const python = '/usr/bin/python3'; // Debian's own, for which python3-celery is installed

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

// User and system time of a process and those it has started, in seconds (proc(5): fields 14 and 15, ticks of 10 ms).
function cpuOf(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100 + children.reduce((sum, child) => sum + cpuOf(child), 0);
}

function ours(mode, count) {
  const folder = mkdtempSync(join(process.env.QUEUE_DIR ?? tmpdir(), 'sightglass-queue-'));
  try {
    return JSON.parse(execFileSync(contestant, [mode, folder, String(count)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function withRedis(work) {
  const folder = mkdtempSync(join(process.env.QUEUE_DIR ?? tmpdir(), 'sightglass-redis-'));
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
  const call = (mode, count) => JSON.parse(execFileSync(client[0], [...client.slice(1), mode, String(count)], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'inherit'] }));
  const beforeEnqueue = cpuOf(redisPid);
  const enqueued = call('enqueue', peerTasks);
  enqueued.enqueue_cpu_us += (1e6 * (cpuOf(redisPid) - beforeEnqueue)) / peerTasks;
  const running = workers.map((command) => spawn(command[0], command.slice(1), { env, cwd: 'benchmarks/peers', stdio: 'ignore' }));
  const before = cpuOf(redisPid);
  const run = call('wait', peerTasks);
  const cpu = cpuOf(redisPid) - before + running.reduce((sum, child) => sum + cpuOf(child.pid), 0);
  const measured = { ...enqueued, ...run, run_cpu_us: (1e6 * cpu) / peerTasks };
  if (client[0] === python) Object.assign(measured, call('latency', 200));
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(running.map((child) => new Promise((resolve) => child.once('exit', resolve))));
  return measured;
}

const celery = (port, redis) =>
  peer([python, 'benchmarks/peers/celery_peer.py'], [['/usr/bin/celery', '-A', 'celery_peer', 'worker', '--concurrency', '2', '--without-gossip', '--without-mingle', '--loglevel', 'ERROR']], port, redis);
const bullmqWorker = ['node', 'bullmq_peer.mjs', 'worker'];
const bullmq = (port, redis) => peer(['node', 'benchmarks/peers/bullmq_peer.mjs'], [bullmqWorker, bullmqWorker], port, redis);

const results = { sightglass: [], celery: [], bullmq: [] };
for (let round = 0; round < rounds; round += 1) {
  results.sightglass.push({ ...ours('drain', tasks), ...ours('latency', 200) });
  results.celery.push(await withRedis(celery));
  results.bullmq.push(await withRedis(bullmq));
}
const priority = ours('priority', 10_000);

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
for (const [name, runs] of Object.entries(results)) {
  console.log(name);
  for (const figure of Object.keys(runs[0])) {
    const values = runs.map((run) => run[figure]);
    console.log(`  ${figure.padEnd(20)} median ${median(values).toFixed(1).padStart(10)}  (${Math.min(...values).toFixed(1)} … ${Math.max(...values).toFixed(1)})`);
  }
}
const ratio = (figure, a, b) => median(results[a].map((run, i) => run[figure] / results[b][i][figure])).toFixed(2);
console.log(`tasks a second, sightglass / celery  ${ratio('tasks_per_second', 'sightglass', 'celery')}  (goal: at least 20)`);
console.log(`CPU a task, sightglass / celery      ${ratio('run_cpu_us', 'sightglass', 'celery')}  (goal: at most 0.10)`);
console.log(`tasks a second, sightglass / bullmq  ${ratio('tasks_per_second', 'sightglass', 'bullmq')}`);
console.log(`high priority with ${priority.waiting_batch} batch tasks still waiting: begins after p50 ${priority.begin_p50_ms.toFixed(1)}, p99 ${priority.begin_p99_ms.toFixed(1)}, at most ${priority.begin_max_ms.toFixed(1)} ms  (goal: p99 100)`);
