// Two servers and two workers on one PostgreSQL database and one bucket, under upload: each node is killed with -9, the
// database is started anew, the bucket's server stands still for half a minute, and one node does not come back.
// Afterwards every acknowledged photo is there whole and analysed once, no task is lost, no due time of a schedule was
// run twice or missed, and nothing lies about.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Gateway, gatewayIsAbsent } from '../api/support/gateway.mjs';
import { fixture } from '../api/support/pictures.mjs';
import { noPostgres, startPostgres } from '../api/support/postgres.mjs';
import { Cluster, Load, sha256 } from './support/cluster.mjs';

const clients = 4;
const between = Number(process.env.CLUSTER_SECONDS ?? 10) * 1000; // of quiet before each event
const name = 'cluster';
const period = 10_000; // of the schedule: the shortest there is
const stillness = 30_000; // of the bucket's server

async function until(look, what, seconds) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(250)) {
    const found = await look();
    if (found) return found;
  }
  return assert.fail(`${what} did not come`);
}

// When a schedule was run, in milliseconds: once for each task that it started.
function runsOf(postgres, schedule) {
  const rows = postgres.query(name, `SELECT request_id FROM tasks WHERE request_id LIKE 'schedule:${schedule}:%' ORDER BY 1`);
  return rows.map(([key]) => Date.parse(key.replace(`schedule:${schedule}:`, '')));
}

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

test('four nodes lose nothing, whichever part of the plant fails', { skip: noPostgres || gatewayIsAbsent, timeout: 1_800_000 }, async (t) => {
  const gateway = new Gateway();
  await gateway.start();
  t.after(() => gateway.stop());
  await gateway.sendAtOnce();
  await gateway.makeBucket('plant');
  const postgres = await startPostgres();
  t.after(() => postgres.stop());
  const cluster = new Cluster({
    SIGHTGLASS_DATABASE_URL: postgres.make(name),
    SIGHTGLASS_STORAGE_S3_ENDPOINT: gateway.endpoint,
    SIGHTGLASS_STORAGE_S3_BUCKET: 'plant',
    SIGHTGLASS_STORAGE_S3_ACCESS_KEY: gateway.accessKey,
    SIGHTGLASS_STORAGE_S3_SECRET_KEY: gateway.secretKey,
    SIGHTGLASS_ACCOUNTS_ACCESS_TOKEN_MINUTES: '600',
  });
  t.after(async () => {
    await cluster.stop();
    if (!process.env.KEEP_DATA) cluster.remove();
  });
  t.diagnostic(`logs in ${cluster.folder}`);
  await cluster.start();
  await cluster.post('/api/v1/schedules', {
    name: 'often', kind: 'prune_history', expression: '@every 10s', time_zone: 'UTC', missed_runs: 'run_each', most_missed: 100,
  });

  const load = new Load(cluster, fixture('orientation_6.jpg'));
  load.start(clients);
  const begun = Date.now();
  const [serveA, serveB, workerA, workerB] = cluster.nodes;

  async function event(what, act, settled = () => true) {
    await pause(between);
    const from = Date.now();
    await act();
    await until(() => load.outcomes.some(({ ok, at }) => ok && at > from), `an upload after: ${what}`, 90);
    await until(settled, `the end of: ${what}`, 120);
    const recovered = Date.now() - from;
    await pause(between / 2);
    const { uploads, failed, untilFirst, untilAll, why } = load.since(from);
    t.diagnostic(`${what}: ${failed} of ${uploads} uploads failed; first success after ${seconds(untilFirst)}, ` +
      `last failure after ${seconds(untilAll)}, event over after ${seconds(recovered)}${why.length ? ` (${why.join('; ')})` : ''}`);
  }
  const noneInWorkOf = (node) => () =>
    postgres.query(name, `SELECT 1 FROM tasks WHERE state = 'running' AND lease_owner LIKE '${node.name}:%' LIMIT 1`).length === 0;

  for (const node of [serveA, serveB, workerA, workerB]) {
    await event(`kill -9 of ${node.name}`, async () => {
      await node.kill();
      await pause(2000);
      await node.start();
    });
  }
  await event('fast shutdown and start of PostgreSQL', () => postgres.restart());
  await event(`the S3 server stands still for ${seconds(stillness)}`, async () => {
    gateway.halt();
    await pause(stillness);
    gateway.goOn();
  });
  await event(`the S3 server is away for ${seconds(stillness)}`, async () => {
    gateway.kill();
    await pause(stillness);
    await gateway.startAgain();
  });
  const journals = async () => (await gateway.keys('plant', 'incoming/')).filter((key) => key.endsWith('.json'));
  await event('kill -9 of serve-b and worker-b, which do not come back', async () => {
    await serveB.kill();
    await workerB.kill();
  }, async () => noneInWorkOf(serveB)() && noneInWorkOf(workerB)()
    && postgres.query(name, "SELECT 1 FROM runs WHERE fenced_at IS NOT NULL AND settled_at IS NULL").length === 0
    && postgres.query(name, `SELECT 1 FROM runs WHERE fenced_at IS NULL AND name IN ('serve-b', 'worker-b')`).length === 0);
  await pause(between);
  await load.stop();
  const took = Date.now() - begun;
  const failed = load.outcomes.filter(({ ok }) => !ok).length;
  t.diagnostic(`${load.photos.size} photos acknowledged in ${seconds(took)}; ${failed} of ${load.outcomes.length} uploads failed ` +
    `(${((100 * failed) / load.outcomes.length).toFixed(1)} %)`);
  assert.ok(load.photos.size > 100, 'hardly anything was uploaded');

  // Every task ends, wherever it was in work.
  const unfinished = () => postgres.query(name, `SELECT state, kind, attempts, lease_owner, error FROM tasks WHERE state <> 'completed' AND kind = 'process_inspection_photo'`);
  await until(() => unfinished().length === 0, `the end of all tasks: ${JSON.stringify(unfinished().slice(0, 5))}`, 180)
    .catch((error) => assert.fail(`${error.message} ${JSON.stringify(unfinished().slice(0, 5))}`));
  // Of a run that was cut off nothing stays behind, also not of one that lives on.
  await until(async () => (await journals()).length === 0, 'the settlement of all journals', 400);

  for (const [id, hash] of load.photos) {
    assert.equal(sha256(await cluster.bytes(`/api/v1/images/photos/${id}/original`)), hash, `photo ${id}`);
  }
  const rows = postgres.query(name, `SELECT p.id, p.status, count(a.id) FROM photos p LEFT JOIN analyses a ON a.photo_id = p.id GROUP BY p.id, p.status`);
  const found = new Map(rows.map(([id, status, count]) => [id, { status, count: Number(count) }]));
  for (const id of load.photos.keys()) assert.deepEqual(found.get(id)?.count, 1, `results of ${id}`);
  for (const [id, { count }] of found) assert.equal(count, 1, `results of ${id}`);
  const tasks = postgres.query(name, `SELECT photo_id, count(*) FROM tasks WHERE kind = 'process_inspection_photo' GROUP BY 1 HAVING count(*) <> 1`);
  assert.deepEqual(tasks, [], 'photos with several tasks');
  t.diagnostic(`all ${load.photos.size} acknowledged photos are whole and analysed once; ${found.size - load.photos.size} more were ` +
    'recorded whose sender heard nothing');

  const runs = runsOf(postgres, 'often');
  const due = Array.from({ length: 1 + Math.floor((runs.at(-1) - runs[0]) / period) }, (_, number) => runs[0] + number * period);
  assert.deepEqual(runs, due, 'due times that were run twice or not at all');
  assert.ok(runs.at(-1) > Date.now() - 3 * period, 'the schedule stands still');
  t.diagnostic(`the schedule ran once for each of ${runs.length} due times`);
  const retried = postgres.query(name, `SELECT count(*) FROM tasks WHERE kind = 'process_inspection_photo' AND attempts > 1`)[0][0];
  t.diagnostic(`${retried} tasks took more than one attempt`);

  await cluster.stop();
  const check = cluster.command('check', '--deep', '--json', '--grace-minutes', '0');
  assert.ok(check.stdout, check.stderr);
  assert.deepEqual(JSON.parse(check.stdout).findings, []);
  t.diagnostic('check --deep is clean');
  assert.deepEqual(await gateway.keys('plant', 'incoming/'), []);
  for (const node of cluster.nodes) {
    const log = readFileSync(join(cluster.folder, `${node.name}.log`), 'utf8');
    assert.doesNotMatch(log, /Sanitizer|terminate called/, node.name);
  }
});
