// What the queues got done, as the history and the metrics tell it, and each task's attempts with what was said.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { analysed } from './support/analysed.mjs';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { patience, startServer } from './support/server.mjs';

const history = '/api/v1/queues/history';

let server;
let reviewer;
let tina;
let task;
before(async () => {
  server = await startServer();
  reviewer = await server.as('reviewer', 'rita');
  tina = await server.as('technician', 'tina');
  for (const name of ['a', 'b', 'c']) {
    const photo = await tina.newPhoto(distinct(fixture('plain.jpg'), `history ${name}`));
    await analysed(tina, photo.id);
    task = photo.task_id;
  }
});
after(() => server?.stop());

async function until(look, what) {
  const end = Date.now() + 20_000 * patience;
  while (Date.now() < end) {
    const found = await look();
    if (found) return found;
    await pause(50);
  }
  return assert.fail(`${what} did not come:\n${server.log.slice(-2000)}`);
}
const queueNamed = (body, name) => body.queues.find((queue) => queue.name === name);
const normalOf = async (query = '') => queueNamed((await reviewer.get(`${history}${query}`)).body, 'normal');
const ended = (id) =>
  until(async () => {
    const { body } = await reviewer.get(`/api/v1/tasks/${id}`);
    return body.finished_at && body;
  }, 'the end of the task');

test('what was done stands in the history, with how long it waited and ran', async () => {
  await ended(task);
  const normal = await until(async () => {
    const found = await normalOf();
    return found.total.completed === 3 && found;
  }, 'the third task in the history');
  assert.equal(normal.total.failed + normal.total.discarded + normal.total.cancelled, 0);
  assert.ok(normal.points.length >= 1);
  assert.equal(normal.points.reduce((sum, point) => sum + point.completed, 0), 3);
  for (const { wait, run, at } of normal.points) {
    assert.ok(run.p50 > 0 && run.p50 <= run.p95 && run.p95 <= run.p99, JSON.stringify(run));
    assert.ok(wait.p50 >= 0 && wait.p99 < 60);
    assert.equal(Date.parse(at) % 60_000, 0);
  }
  const { body } = await reviewer.get(history);
  assert.equal(body.step, 60);
  assert.deepEqual(body.queues.map(({ name }) => name), ['high_priority', 'normal', 'batch', 'ml_training']);
  assert.deepEqual(queueNamed(body, 'ml_training'), {
    name: 'ml_training',
    total: { completed: 0, failed: 0, discarded: 0, cancelled: 0, wait: { p50: null, p95: null, p99: null }, run: { p50: null, p95: null, p99: null } },
    points: [],
  });
});

test('the history is cut as asked, and steps are chosen to fit', async () => {
  const now = Date.now();
  const ago = (hours) => new Date(now - hours * 3_600_000).toISOString();
  const stepOf = async (from) => (await reviewer.get(`${history}?from=${ago(from)}&to=${new Date(now).toISOString()}`)).body.step;
  assert.equal(await stepOf(1), 60);
  assert.equal(await stepOf(24), 900);
  assert.equal(await stepOf(24 * 7), 10_800);
  assert.equal((await normalOf(`?from=${ago(24)}&step=3600`)).total.completed, 3);
  assert.equal((await normalOf(`?from=${ago(48)}&to=${ago(24)}`)).total.completed, 0);
});

test('what means nothing is refused by name, and who may not see it hears nothing', async () => {
  assertRefused(await reviewer.get(`${history}?from=yesterday`), 422, 'from');
  assertRefused(await reviewer.get(`${history}?from=2030-01-01T00:00:00Z&to=2029-01-01T00:00:00Z`), 422, 'to');
  assertRefused(await reviewer.get(`${history}?step=30`), 422, 'step');
  assertRefused(await reviewer.get(`${history}?step=90`), 422, 'step');
  assertRefused(await reviewer.get(`${history}?from=2026-01-01T00:00:00Z&step=60`), 422, 'step');
  assertRefused(await reviewer.get(`${history}?queue=normal`), 422, 'queue');
  assertRefused(await tina.get(history), 403);
});

test('a task tells its attempt, who made it, and what was said in it', async () => {
  const detail = await ended(task);
  assert.equal(detail.attempt_list.length, 1);
  const [attempt] = detail.attempt_list;
  assert.equal(attempt.attempt, 1);
  assert.equal(attempt.end, 'completed');
  assert.match(attempt.worker, /:\d+-\d+$/);
  assert.ok(Date.parse(attempt.started_at) <= Date.parse(attempt.ended_at));
  assert.ok(attempt.log.every(({ level }) => level === 'info'));
  assert.match(attempt.log[0].words, /^The step properties took \d+ ms/);
  assert.match(attempt.log.at(-1).words, /recorded/);
  assert.equal(attempt.log_dropped, 0);
});

test('/metrics tells of every queue', async () => {
  const text = await until(async () => {
    const answer = await fetch(`${server.base}/metrics`);
    const body = await answer.text();
    return /sightglass_queue_attempts_total\{queue="normal",end="completed"\} 3\n/.test(body) && body;
  }, 'the attempts in the metrics');
  for (const queue of ['high_priority', 'normal', 'batch', 'ml_training']) {
    for (const state of ['available', 'running', 'retryable', 'scheduled', 'discarded']) assert.match(text, new RegExp(`sightglass_queue_tasks\\{queue="${queue}",state="${state}"\\} \\d+\n`));
    assert.match(text, new RegExp(`sightglass_queue_oldest_waiting_seconds\\{queue="${queue}"\\} [\\d.]+\n`));
    assert.match(text, new RegExp(`sightglass_queue_paused\\{queue="${queue}"\\} 0\n`));
  }
  for (const kind of ['wait', 'run']) {
    assert.match(text, new RegExp(`sightglass_queue_${kind}_seconds_bucket\\{queue="normal",le="\\+Inf"\\} 3\n`));
    assert.match(text, new RegExp(`sightglass_queue_${kind}_seconds_count\\{queue="normal"\\} 3\n`));
  }
  // Each family once, with its help, and buckets that never fall.
  const families = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
  assert.equal(new Set(families).size, families.length);
  const buckets = [...text.matchAll(/sightglass_queue_run_seconds_bucket\{queue="normal",le="[^"]+"\} (\d+)/g)].map(([, count]) => Number(count));
  assert.deepEqual(buckets, [...buckets].sort((one, other) => one - other));
});

test('tasks are found by the time they were made', async () => {
  const { created_at: made, id } = (await reviewer.get(`/api/v1/tasks/${task}`)).body;
  const later = new Date(Date.parse(made) + 1000).toISOString();
  const idsOf = async (query) => (await reviewer.get(`/api/v1/tasks?${query}`)).body.results.map((one) => one.id);
  assert.ok((await idsOf(`from=${made}&to=${later}`)).includes(id));
  assert.deepEqual(await idsOf(`from=${later}`), []);
  assert.equal((await reviewer.get(`/api/v1/tasks/counts?to=${later}`)).body.completed, 3);
  assert.equal((await reviewer.get('/api/v1/tasks/counts?to=2020-01-01T00:00:00Z')).body.completed, 0);
  assertRefused(await reviewer.get(`/api/v1/tasks?from=${later}&to=${made}`), 422, 'to');
});
