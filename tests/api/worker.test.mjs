// A worker node beside a server: where it refuses to start, and what it does for a server without workers of its own.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Gateway, gatewayIsAbsent } from './support/gateway.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { noPostgres, startPostgres } from './support/postgres.mjs';
import { binary, freePort, patience, Server } from './support/server.mjs';

const fresh = () => mkdtempSync(join(tmpdir(), 'sightglass-worker-'));
const work = (data, environment = {}, words = []) =>
  spawnSync(binary, ['worker', '--data', data, ...words], {
    encoding: 'utf8', timeout: 20_000 * patience, env: { ...process.env, SIGHTGLASS_DATABASE_URL: '', ...environment },
  });

test('a worker node refuses what belongs to one server, and names the setting', () => {
  const data = fresh();
  const embedded = work(data);
  assert.equal(embedded.status, 2, embedded.stderr);
  assert.match(embedded.stderr, /database\.url.*workers\.count/);
  const local = work(data, { SIGHTGLASS_DATABASE_URL: 'postgres://nowhere/sightglass' });
  assert.equal(local.status, 2, local.stderr);
  assert.match(local.stderr, /storage\.s3_endpoint/);
  const idle = work(data, { SIGHTGLASS_DATABASE_URL: 'postgres://nowhere/sightglass', SIGHTGLASS_STORAGE_S3_ENDPOINT: 'http://nowhere' }, ['--workers', '0']);
  assert.equal(idle.status, 2, idle.stderr);
  assert.match(idle.stderr, /workers\.count is 0/);
  const named = work(data, {}, ['--name', 'a:b']);
  assert.equal(named.status, 2);
  assert.match(named.stderr, /node\.name/);
  rmSync(data, { recursive: true });
});

const skip = noPostgres || gatewayIsAbsent;
const gateway = new Gateway();
let postgres;
let server;
let worker;
let tina;
const workerData = fresh();
let workerLog = '';
before(async () => {
  if (skip) return;
  await gateway.start();
  await gateway.makeBucket('plant');
  postgres = await startPostgres();
  // Both take them from there; the test's own environment ends with it.
  process.env.SIGHTGLASS_DATABASE_URL = postgres.make('plant');
  const settings = `[storage]
s3_endpoint = "${gateway.endpoint}"
s3_bucket = "plant"
s3_access_key = "${gateway.accessKey}"
`;
  const data = fresh();
  for (const folder of [data, workerData]) {
    mkdirSync(join(folder, 'keys'), { mode: 0o700 });
    writeFileSync(join(folder, 'keys', 's3_secret_key'), `${gateway.secretKey}\n`, { mode: 0o600 });
    writeFileSync(join(folder, 'keys', 'jwt.key'), 'one signing key for all the nodes of a plant', { mode: 0o600 });
    writeFileSync(join(folder, 'sightglass.toml'), settings);
  }
  server = new Server(data, await freePort(), { 'workers.count': 0, 'node.name': 'front' });
  await server.start();
  tina = await server.as('technician', 'tina');
  worker = spawn(binary, ['worker', '--data', workerData, '--name', 'back', '--workers', '1']);
  for (const stream of [worker.stdout, worker.stderr]) stream.setEncoding('utf8').on('data', (text) => (workerLog += text));
});
after(async () => {
  if (skip) return;
  if (worker.exitCode === null && worker.signalCode === null) worker.kill('SIGKILL');
  await server?.stop();
  await gateway.stop();
  await postgres.stop();
  rmSync(workerData, { recursive: true, force: true });
});

const query = (sql) => postgres.query('plant', sql);
async function until(look, what) {
  for (const end = Date.now() + 30_000 * patience; Date.now() < end; await pause(50)) {
    const found = await look();
    if (found) return found;
  }
  return assert.fail(`${what} did not come:\n${workerLog.slice(-3000)}`);
}
const analysed = (id) =>
  until(async () => (await tina.get(`/api/v1/images/photos/${id}/`)).body.processing_status === 'COMPLETED', 'the analysis');

test('a worker node analyses what a server without workers takes in', { skip }, async () => {
  await until(() => query("SELECT 1 FROM nodes WHERE name = 'back' AND role = 'worker'").length === 1, 'the worker node');
  const photo = await tina.newPhoto(distinct(fixture('orientation_6.jpg'), 'for the worker node'));
  await analysed(photo.id);
  await until(() => workerLog.includes('a task is done'), 'the word of the worker node');
  assert.doesNotMatch(server.log, /a task is done|task worker started/);
});

test('the data directory of a node is shut to another one', { skip }, () => {
  const second = work(workerData, { SIGHTGLASS_DATABASE_URL: process.env.SIGHTGLASS_DATABASE_URL });
  assert.equal(second.status, 1);
  assert.match(second.stderr, /another server already uses/);
});

test('a node of the same name gets a number, and ends without harm to the first', { skip }, async () => {
  const data = fresh();
  mkdirSync(join(data, 'keys'), { mode: 0o700 });
  for (const name of ['keys/s3_secret_key', 'keys/jwt.key', 'sightglass.toml']) {
    writeFileSync(join(data, name), readFileSync(join(workerData, name)), { mode: 0o600 });
  }
  const twin = spawn(binary, ['worker', '--data', data, '--name', 'back', '--workers', '1'], { stdio: 'ignore' });
  await until(() => query("SELECT 1 FROM nodes WHERE name = 'back-2'").length === 1, 'the second node');
  const ended = once(twin, 'exit');
  twin.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
  assert.deepEqual(query('SELECT name FROM nodes ORDER BY name'), [['back'], ['front']]);
  rmSync(data, { recursive: true });
});

test('a node that the others took for gone goes on under another run, workers and all', { skip }, async () => {
  const runs = () => query("SELECT id FROM runs WHERE fenced_at IS NULL AND name = 'back' ORDER BY id").flat();
  const first = runs();
  assert.equal(first.length, 2, 'one for its workers, one for what it takes in');
  query("UPDATE runs SET fenced_at = 1 WHERE name IN ('back', 'front')");
  await until(() => runs().length === 2 && !runs().some((id) => first.includes(id)), 'the next runs');
  const upload = async () => (await tina.uploadPhoto(distinct(fixture('orientation_6.jpg'), `after ${Date.now()}`)));
  const { body } = await until(async () => {
    const answer = await upload();
    assert.ok([201, 503].includes(answer.status), JSON.stringify(answer.body));
    return answer.status === 201 && answer;
  }, 'an upload that is taken');
  await analysed(body.id);
  await until(() => query('SELECT 1 FROM runs WHERE fenced_at IS NOT NULL AND settled_at IS NULL').length === 0, 'the settling');
  assert.deepEqual(await gateway.keys('plant', 'incoming/'), []);
});

test('SIGTERM ends a worker node, and nobody waits for it', { skip }, async () => {
  const ended = once(worker, 'exit');
  worker.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
  assert.deepEqual(query("SELECT name FROM nodes WHERE name = 'back'"), []);
  assert.deepEqual(query("SELECT 1 FROM runs WHERE fenced_at IS NULL AND name = 'back'"), []);
});
