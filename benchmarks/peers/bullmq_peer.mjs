// BullMQ on Redis for ./bench queue: two processes, four tasks at once in each.
//   bullmq_peer.mjs worker
//   bullmq_peer.mjs enqueue TASKS   prints tasks a second and the client's CPU
//   bullmq_peer.mjs wait TASKS      waits until all were run, prints tasks a second
import { Queue, Worker } from 'bullmq';

const connection = { host: '127.0.0.1', port: Number(process.env.PEER_PORT), maxRetriesPerRequest: null };
const [mode, count] = process.argv.slice(2);
const tasks = Number(count);

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function left(queue) {
  const counts = await queue.getJobCounts('waiting', 'active', 'prioritized');
  return counts.waiting + counts.active + counts.prioritized;
}

if (mode === 'worker') {
  new Worker('bench', async () => null, { connection, concurrency: 4, removeOnComplete: { count: 0 } });
} else {
  const queue = new Queue('bench', { connection });
  if (mode === 'enqueue') {
    const data = { padding: 'x'.repeat(760) };
    const began = performance.now();
    const before = process.cpuUsage();
    for (let sent = 0; sent < tasks; sent += 16) {
      await Promise.all(Array.from({ length: Math.min(16, tasks - sent) }, () => queue.add('nothing', data)));
    }
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify({ enqueue_per_second: (1000 * tasks) / (performance.now() - began), enqueue_cpu_us: (user + system) / tasks }));
  } else {
    while ((await left(queue)) >= tasks) await pause(2);
    const first = await left(queue);
    const began = performance.now();
    while ((await left(queue)) > 0) await pause(5);
    console.log(JSON.stringify({ tasks_per_second: (1000 * first) / (performance.now() - began) }));
  }
  await queue.close();
}
