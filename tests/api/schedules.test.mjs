import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { binary, patience, startServer } from './support/server.mjs';

const schedules = '/api/v1/schedules';
const nightly = { name: 'nightly', kind: 'prune_history', expression: '30 2 * * mon-fri', time_zone: 'Europe/Zurich' };

let server;
let admin;
let operator;
before(async () => {
  server = await startServer();
  admin = await server.as('administrator', 'ada');
  operator = await server.as('operator', 'olga');
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
const named = async (name) => (await operator.get(schedules)).body.results.find((one) => one.name === name);
const ended = (task) =>
  until(async () => {
    const { body } = await operator.get(`/api/v1/tasks/${task}`);
    return ['completed', 'discarded', 'cancelled'].includes(body.state) && body;
  }, 'the end of the task');
async function make(fields) {
  const { status, body } = await admin.post(schedules, fields);
  assert.equal(status, 201, JSON.stringify(body));
  return `${schedules}/${body.id}`;
}
function run(...words) {
  const { status, stdout, stderr } = spawnSync(binary, ['schedules', ...words, '--data', server.data], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('a new installation has the schedules that come along', async () => {
  const { status, body } = await operator.get(schedules);
  assert.equal(status, 200);
  const names = body.results.map(({ name }) => name);
  assert.deepEqual(names, ['check_budget_usage', 'check_drift', 'cleanup_old_images', 'generate_daily_analytics', 'image_pull.pull_all_sources', 'prune_history']);
  for (const one of body.results) {
    assert.equal(one.built_in, true);
    assert.equal(one.state, 'active');
    assert.ok(Date.parse(one.next_due) > Date.now());
  }
  assert.deepEqual(body.kinds.map(({ name }) => name), names);
});

test('a list says how the latest run went', async () => {
  assert.equal((await named('prune_history')).last_run, null);
  const { body } = await admin.post(`${schedules}/${(await named('prune_history')).id}/run`);
  await ended(body.task_id);
  const { last_run: last } = await named('prune_history');
  assert.equal(last.task_id, body.task_id);
  assert.equal(last.state, 'completed');
  assert.ok(Date.parse(last.finished_at) >= Date.parse(last.started_at));
  assert.equal(last.error, null);
});

test('what is written is read back with its next times before it is kept', async () => {
  const preview = (query) => operator.get(`${schedules}/preview?${new URLSearchParams(query)}`);
  const { status, body } = await preview({ expression: '30 2 * * mon-fri', time_zone: 'Europe/Zurich' });
  assert.equal(status, 200);
  assert.equal(body.upcoming.length, 5);
  for (const at of body.upcoming) {
    const there = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Zurich', hour: '2-digit', minute: '2-digit' }).format(new Date(at));
    assert.equal(there, '02:30');
  }
  assert.equal((await preview({ expression: '@hourly' })).body.time_zone, 'UTC');
  assert.deepEqual((await preview({ expression: '@at 2020-01-01T00:00Z' })).body.upcoming, []);
  assertRefused(await preview({ expression: '61 * * * *' }), 422, 'expression');
  assertRefused(await preview({ expression: '@hourly', time_zone: 'Mars/Olympus' }), 422, 'time_zone');
  assertRefused(await preview({}), 422, 'expression');
  assert.equal((await operator.get(schedules)).body.results.length, 6);
});

test('each that comes along runs on a wish, and its task ends well', async () => {
  for (const { id } of (await operator.get(schedules)).body.results) {
    const started = await admin.post(`${schedules}/${id}/run`);
    assert.equal(started.status, 202);
    const task = await ended(started.body.task_id);
    assert.equal(task.state, 'completed', JSON.stringify(task));
    assert.equal((await operator.get(`${schedules}/${id}/`)).body.last_task_id, task.id);
  }
});

test('the trash is not emptied before its time', async () => {
  const photo = await operator.newPhoto(distinct(fixture('plain.jpg'), 'young'));
  assert.ok((await operator.post(`/api/v1/images/photos/${photo.id}/trash`)).status < 300);
  const { id } = await named('cleanup_old_images');
  const { body } = await admin.post(`${schedules}/${id}/run`);
  assert.deepEqual((await ended(body.task_id)).result, { deleted: 0, failed: 0 });
  assert.equal((await operator.get(`/api/v1/images/photos/${photo.id}`)).status, 200);
});

test('an administrator makes, reads, changes and deletes a schedule', async () => {
  const path = await make(nightly);
  const { body } = await operator.get(path);
  assert.equal(body.expression, nightly.expression);
  assert.equal(body.changed_by, 'ada');
  assert.equal(body.upcoming.length, 5);
  for (const due of body.upcoming) {
    const local = new Date(due).toLocaleString('en-GB', { timeZone: 'Europe/Zurich', weekday: 'short', hour: '2-digit', minute: '2-digit' });
    assert.match(local, /^(Mon|Tue|Wed|Thu|Fri)\b.*0[23]:[03]0$/);
  }
  const changed = await admin.patch(path, { expression: '@hourly', missed_runs: 'skip' });
  assert.equal(changed.status, 200);
  assert.equal(changed.body.missed_runs, 'skip');
  assert.ok(Date.parse(changed.body.next_due) - Date.now() <= 3_600_000);
  assert.equal((await admin.delete(path)).status, 204);
  assertRefused(await admin.get(path), 404);
});

test('a one-off runs at its time, once, and ends', async () => {
  const at = new Date(Date.now() + 2500).toISOString();
  const path = await make({ name: 'once', kind: 'prune_history', expression: `@at ${at}` });
  const one = await until(async () => {
    const { body } = await operator.get(path);
    return body.state === 'ended' && body;
  }, 'the run');
  assert.equal(Math.floor(Date.parse(one.last_due) / 1000), Math.floor(Date.parse(at) / 1000));
  const task = await ended(one.last_task_id);
  assert.equal(task.state, 'completed');
  assert.equal(task.kind, 'prune_history');
  const { body } = await operator.get('/api/v1/tasks?kind=prune_history&limit=500');
  assert.equal(body.results.filter(({ created_at }) => created_at >= one.last_due).length, 1);
});

test('what is missed while the server is off is run once when it is back', async () => {
  const at = new Date(Date.now() + 2500).toISOString();
  const path = await make({ name: 'missed', kind: 'prune_history', expression: `@at ${at}` });
  await server.kill();
  await until(() => Date.now() > Date.parse(at), 'the time at which nobody was there');
  await server.start();
  const one = await until(async () => {
    const { body } = await operator.get(path);
    return body.state === 'ended' && body;
  }, 'the run');
  assert.equal((await ended(one.last_task_id)).state, 'completed');
});

test('a paused schedule waits until it is resumed', async () => {
  const path = await make({ name: 'paused', kind: 'prune_history', expression: '@every 10s' });
  const paused = await admin.post(`${path}/pause`);
  assert.equal(paused.status, 200);
  assert.equal(paused.body.state, 'paused');
  assert.equal(paused.body.next_due, null);
  assert.equal((await admin.post(`${path}/resume`)).body.state, 'active');
  assert.equal((await admin.delete(path)).status, 204);
});

test('those that come along are changed and paused, not renamed or deleted', async () => {
  const { id } = await named('prune_history');
  const path = `${schedules}/${id}`;
  assertRefused(await admin.delete(path), 409);
  assertRefused(await admin.patch(path, { name: 'other' }), 409, 'name');
  assert.equal((await admin.patch(path, { expression: '@weekly' })).status, 200);
  assert.equal((await admin.post(`${path}/pause`)).body.state, 'paused');
  assert.equal((await named('prune_history')).expression, '@weekly');
  assert.equal((await admin.post(`${path}/resume`)).body.state, 'active');
});

test('bad schedules are refused by field', async () => {
  const bad = (fields, field) => admin.post(schedules, { ...nightly, name: 'bad', ...fields }).then((answer) => assertRefused(answer, 422, field));
  await bad({ time_zone: 'Europe/Zürich' }, 'time_zone');
  await bad({ time_zone: '../../../etc/passwd' }, 'time_zone');
  await bad({ time_zone: '' }, 'time_zone');
  await bad({ expression: 'every day' }, 'expression');
  await bad({ expression: '60 * * * *' }, 'expression');
  await bad({ expression: '0 0 30 2 *' }, 'expression');
  await bad({ expression: '* * * * * *' }, 'expression');
  await bad({ expression: '@every 1s' }, 'expression');
  await bad({ expression: '@at 2001-01-01' }, 'expression');
  await bad({ expression: '*'.repeat(201) }, 'expression');
  await bad({ expression: null }, 'expression');
  await bad({ kind: 'retrain_anomaly_model' }, 'kind');
  await bad({ queue: 'fast' }, 'queue');
  await bad({ priority: 1.5 }, 'priority');
  await bad({ arguments: { day: '2026-01-01' } }, 'arguments');
  await bad({ arguments: 'all' }, 'arguments');
  await bad({ missed_runs: 'all' }, 'missed_runs');
  await bad({ most_missed: 101 }, 'most_missed');
  await bad({ name: '' }, 'name');
  await bad({ name: 'x'.repeat(101) }, 'name');
  await bad({ every: '15m' }, 'every');
  assertRefused(await admin.post(schedules, '{'), 400);
  assertRefused(await admin.get(`${schedules}?limit=5`), 422, 'limit');
  assertRefused(await admin.get(`${schedules}/nightly`), 404);
  assertRefused(await admin.post(schedules, { ...nightly, name: 'prune_history' }), 409, 'name');
  const { message } = (await admin.post(schedules, { ...nightly, name: 'bad', expression: '0 25 * * *' })).body.error;
  assert.match(message, /hour cannot be 25.*0 to 23/);
});

test('operators see schedules and change none, others do not see them', async () => {
  const { id } = await named('prune_history');
  const path = `${schedules}/${id}`;
  assertRefused(await operator.post(schedules, nightly), 403);
  assertRefused(await operator.patch(path, { priority: 1 }), 403);
  assertRefused(await operator.delete(path), 403);
  for (const step of ['run', 'pause', 'resume']) assertRefused(await operator.post(`${path}/${step}`), 403);
  const reviewer = await server.as('reviewer');
  assertRefused(await reviewer.get(schedules), 403);
  assertRefused(await reviewer.get(path), 403);
});

test('the audit log says who did what', async () => {
  const path = await make({ ...nightly, name: 'audited' });
  await admin.patch(path, { priority: 5 });
  await admin.post(`${path}/run`);
  await admin.post(`${path}/pause`);
  await admin.post(`${path}/resume`);
  await admin.delete(path);
  const { body } = await admin.get(`/api/v1/audit?object_type=schedule&object_id=${path.split('/').pop()}`);
  const steps = ['create', 'update', 'run', 'pause', 'resume', 'delete'];
  assert.deepEqual(body.results.map(({ action }) => action).reverse(), steps.map((step) => `schedule.${step}`));
  for (const { actor } of body.results) assert.equal(actor, 'ada');
});

test('statistics tell each day that is over', async () => {
  const { body } = await operator.get('/api/v1/images/photos/statistics');
  assert.ok(Array.isArray(body.daily));
  const { id } = await named('generate_daily_analytics');
  const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  await admin.patch(`${schedules}/${id}`, { arguments: { day } });
  const started = await admin.post(`${schedules}/${id}/run`);
  assert.deepEqual((await ended(started.body.task_id)).result, { days: [day] });
  const [newest] = (await operator.get('/api/v1/images/photos/statistics')).body.daily;
  assert.deepEqual(newest, { day, photos: 0, bytes: 0, failed: 0, analyses: 0, analysis_latency_ms: { p50: null, p90: null, p99: null } });
  await admin.patch(`${schedules}/${id}`, { arguments: {} });
});

test('the command line lists, runs, pauses and resumes beside the server', async () => {
  const listed = run('list', '--json');
  assert.equal(listed.status, 0, listed.stderr);
  const one = JSON.parse(listed.stdout).find(({ name }) => name === 'prune_history');
  assert.equal(one.built_in, true);
  assert.match(run('list').stdout, /^prune_history +active +next 20/m);
  const started = run('run', 'prune_history', '--json');
  assert.equal(started.status, 0, started.stderr);
  assert.equal((await ended(JSON.parse(started.stdout).task_id)).state, 'completed');
  assert.equal(JSON.parse(run('pause', one.id, '--json').stdout).state, 'paused');
  assert.equal((await named('prune_history')).changed_by, 'command line');
  assert.match(run('resume', 'prune_history').stdout, /^due next at 20/);
  const unknown = run('run', 'nothing', '--json');
  assert.equal(unknown.status, 1);
  assert.match(JSON.parse(unknown.stdout).error.message, /no schedule "nothing"/);
  assert.equal(run('run').status, 2);
  const { body } = await admin.get('/api/v1/audit?actor=command%20line&object_type=schedule');
  assert.deepEqual(body.results.map(({ action }) => action).reverse(), ['schedule.run', 'schedule.pause', 'schedule.resume']);
});
