import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { binary, startServer } from './support/server.mjs';

const queues = '/api/v1/queues';
const tasks = '/api/v1/tasks';

let server;
let admin;
let operator;
let reviewer;
let tina;
let otto;
before(async () => {
  server = await startServer({ 'workers.count': 0 });
  admin = await server.as('administrator', 'ada');
  operator = await server.as('operator', 'olga');
  reviewer = await server.as('reviewer', 'rita');
  tina = await server.as('technician', 'tina');
  otto = await server.as('technician', 'otto');
});
after(() => server?.stop());

let made = 0;
const newTask = async (client = tina) => (await client.newPhoto(distinct(fixture('plain.jpg'), `queued ${(made += 1)}`))).task_id;
const queueNamed = async (name) => (await reviewer.get(queues)).body.results.find((queue) => queue.name === name);

test('the queues say what waits in them and how they are steered', async () => {
  await newTask();
  const { status, body } = await reviewer.get(queues);
  assert.equal(status, 200);
  assert.deepEqual(body.results.map(({ name }) => name), ['high_priority', 'normal', 'batch', 'ml_training']);
  assert.ok((await queueNamed('normal')).available > 0);
  assert.equal((await queueNamed('batch')).available, 0);
  assert.equal((await queueNamed('normal')).paused, false);
  assertRefused(await tina.get(queues), 403);
});

test('operators pause a queue and let it go on, and the audit log says who did', async () => {
  const paused = await operator.patch(`${queues}/batch`, { paused: true });
  assert.equal(paused.status, 200);
  assert.equal(paused.body.paused, true);
  assert.equal(paused.body.changed_by, 'olga');
  const since = paused.body.paused_at;
  assert.equal((await operator.patch(`${queues}/batch`, { paused: true })).body.paused_at, since);
  assert.equal((await operator.patch(`${queues}/batch`, { paused: false, weight: 3, max_running: 7 })).body.paused, false);
  const queue = await queueNamed('batch');
  assert.equal(queue.weight, 3);
  assert.equal(queue.max_running, 7);
  const entries = (await admin.get('/api/v1/audit?action=queue.change')).body.results;
  assert.equal(entries.length, 3);
  assert.equal(entries[0].actor, 'olga');
});

test('a change of nothing answers the queue as it is, and nobody is said to have changed it', async () => {
  const before = await queueNamed('high_priority');
  const entries = async () => (await admin.get('/api/v1/audit?action=queue.change&limit=100')).body.results.length;
  const told = await entries();
  const { status, body } = await operator.patch(`${queues}/high_priority`, {});
  assert.deepEqual([status, body], [200, before]);
  assert.deepEqual(await queueNamed('high_priority'), before);
  assert.equal(await entries(), told);
});

test('what no queue can be is refused by name and changes nothing', async () => {
  const before = await queueNamed('normal');
  assertRefused(await operator.patch(`${queues}/normal`, { weight: 0 }), 422, 'weight');
  assertRefused(await operator.patch(`${queues}/normal`, { weight: 101 }), 422, 'weight');
  assertRefused(await operator.patch(`${queues}/normal`, { max_running: -1 }), 422, 'max_running');
  assertRefused(await operator.patch(`${queues}/normal`, { paused: 'yes' }), 422, 'paused');
  assertRefused(await operator.patch(`${queues}/normal`, { speed: 9 }), 422, 'speed');
  assertRefused(await operator.patch(`${queues}/slow`, { paused: true }), 404);
  assertRefused(await reviewer.patch(`${queues}/normal`, { paused: true }), 403);
  assert.deepEqual(await queueNamed('normal'), before);
});

test('the nodes are for those who look after them', async () => {
  assert.equal((await operator.get('/api/v1/nodes')).status, 200);
  assertRefused(await reviewer.get('/api/v1/nodes'), 403);
});

test('a worker shows with its queues while it runs', async () => {
  const working = await startServer({ 'workers.count': 1 });
  try {
    const client = await working.as('operator', 'olga');
    const end = Date.now() + 30_000;
    let nodes = [];
    while (!nodes[0]?.workers.length && Date.now() < end) nodes = (await client.get('/api/v1/nodes')).body.results;
    assert.equal(nodes.length, 1);
    assert.equal(nodes[0].role, 'serve');
    assert.equal(nodes[0].lost, false);
    assert.deepEqual(nodes[0].workers.map((worker) => worker.queues).sort(), ['high_priority', 'high_priority,normal,batch', 'ml_training']);
    for (const worker of nodes[0].workers) assert.ok(worker.memory_bytes > 1e6);
  } finally {
    await working.stop();
  }
});

test('many tasks are cancelled, tried again and forgotten at once', async () => {
  const ids = [await newTask(), await newTask(), await newTask()];
  const cancelled = await tina.post(`${tasks}/bulk`, { action: 'cancel', tasks: ids });
  assert.equal(cancelled.status, 200);
  assert.deepEqual(cancelled.body.tasks, ids);
  const retried = await tina.post(`${tasks}/bulk`, { action: 'retry', tasks: ids.slice(0, 1) });
  assert.equal(retried.body.changed, 1);
  assert.equal((await tina.get(`${tasks}/${ids[0]}`)).body.state, 'available');
  const forgotten = await operator.post(`${tasks}/bulk`, { action: 'delete', tasks: ids });
  assert.deepEqual(forgotten.body.tasks, ids.slice(1));
  assert.equal(forgotten.body.refused[0].id, ids[0]);
  assertRefused(await operator.get(`${tasks}/${ids[1]}`), 404);
});

test('all that a filter shows, page by page', async () => {
  const photos = await Promise.all(Array.from({ length: 5 }, () => newTask()));
  let cursor;
  const changed = [];
  do {
    const { body } = await reviewer.post(`${tasks}/bulk`, { action: 'cancel', filter: { state: 'available' }, ...(cursor && { cursor }) });
    changed.push(...body.tasks);
    cursor = body.next;
  } while (cursor);
  for (const id of photos) assert.ok(changed.includes(id));
  assert.equal((await reviewer.get(`${tasks}/counts`)).body.available, 0);
});

test('a filter names several states with commas', async () => {
  const [waiting, skipped] = [await newTask(), await newTask()];
  await reviewer.post(`${tasks}/${skipped}/cancel`);
  const { body } = await reviewer.post(`${tasks}/bulk`, { action: 'cancel', filter: { state: 'available,scheduled' }, cursor: null });
  assert.ok(body.tasks.includes(waiting));
  assert.ok(!body.tasks.includes(skipped) && body.refused.length === 0);
  assertRefused(await reviewer.post(`${tasks}/bulk`, { action: 'cancel', filter: { state: 'available,lost' } }), 422, 'filter');
});

test('nobody changes tasks they do not see, or may not change', async () => {
  const id = await newTask();
  const others = await otto.post(`${tasks}/bulk`, { action: 'cancel', tasks: [id] });
  assert.equal(others.body.changed, 0);
  assert.equal(others.body.refused[0].id, id);
  await tina.post(`${tasks}/bulk`, { action: 'cancel', tasks: [id] });
  assert.equal((await tina.post(`${tasks}/bulk`, { action: 'delete', tasks: [id] })).body.changed, 0);
  assertRefused(await reviewer.delete(`${tasks}/${id}`), 403);
  assert.equal((await operator.delete(`${tasks}/${id}`)).status, 204);
  assertRefused(await operator.delete(`${tasks}/${id}`), 404);
});

test('a bulk that means nothing is refused by name', async () => {
  const id = await newTask();
  const bulk = (body) => operator.post(`${tasks}/bulk`, body);
  assertRefused(await bulk({ tasks: [id] }), 422, 'action');
  assertRefused(await bulk({ action: 'burn', tasks: [id] }), 422, 'action');
  assertRefused(await bulk({ action: 'cancel' }), 422, 'tasks');
  assertRefused(await bulk({ action: 'cancel', tasks: [id], filter: {} }), 422, 'tasks');
  assertRefused(await bulk({ action: 'cancel', tasks: ['x'] }), 422, 'tasks');
  assertRefused(await bulk({ action: 'cancel', filter: { state: 'lost' } }), 422, 'filter');
  assertRefused(await bulk({ action: 'cancel', filter: { colour: 'red' } }), 422, 'filter');
  assertRefused(await bulk({ action: 'cancel', filter: {}, cursor: 'x' }), 422, 'cursor');
  assertRefused(await operator.delete(`${tasks}/${id}`), 409);
  assert.equal((await operator.get(`${tasks}/${id}`)).body.state, 'available');
});

test('what the command line does to tasks and queues is told in the audit log as well', async () => {
  const run = (...words) => spawnSync(binary, ['tasks', ...words, '--data', server.data, '--json'], { encoding: 'utf8' });
  const [first, second] = [await newTask(), await newTask()];
  assert.deepEqual(JSON.parse(run('cancel', first, second).stdout), { changed: 2, refused: 0 });
  assert.deepEqual(JSON.parse(run('retry', first).stdout), { changed: 1, refused: 0 });
  const mixed = run('delete', first, second);
  assert.deepEqual([mixed.status, JSON.parse(mixed.stdout)], [1, { changed: 1, refused: 1 }], 'one of them waits again');
  assert.equal(run('pause', 'batch').status, 0);
  assert.equal((await queueNamed('batch')).changed_by, 'command line');
  assert.equal(run('resume', 'batch').status, 0);
  const { body } = await admin.get('/api/v1/audit?limit=100');
  const told = body.results.filter((entry) => entry.actor === 'command line' && [first, second, 'batch'].includes(entry.object_id));
  assert.deepEqual(
    told.map((entry) => `${entry.action} ${[first, second, 'batch'].indexOf(entry.object_id)} ${JSON.stringify(entry.details)}`).reverse(),
    ['task.cancel 0 {}', 'task.cancel 1 {}', 'task.retry 0 {}', 'task.delete 1 {}', 'queue.change 2 {"paused":true}', 'queue.change 2 {"paused":false}'],
  );
});

test('the command line takes all that is narrowed, and of that only what the action fits', async () => {
  const run = (...words) => spawnSync(binary, ['tasks', ...words, '--data', server.data, '--json'], { encoding: 'utf8' });
  for (const action of ['retry', 'cancel', 'delete']) {
    const refused = run(action, '--all');
    assert.equal(refused.status, 2);
    assert.match(refused.stdout + refused.stderr, /--state, --queue, --kind, --code and --text/);
  }
  const named = async (description) => {
    const picture = distinct(fixture('plain.jpg'), `described ${(made += 1)}`);
    return (await tina.newPhoto(picture, { description })).task_id;
  };
  const [first, second, other] = [await named('Weir 100% open'), await named('Weir 100% shut'), await named('Weir 1000 open')];
  assert.equal(run('cancel', first, '--all', '--text', 'weir').status, 2, 'either names or all');
  assert.deepEqual(JSON.parse(run('cancel', '--all', '--text', 'WEIR 100%').stdout), { changed: 2, refused: 0 });
  const again = run('cancel', '--all', '--text', 'weir');
  assert.deepEqual([again.status, JSON.parse(again.stdout)], [0, { changed: 1, refused: 0 }], 'the two that ended are not asked');
  assert.deepEqual(JSON.parse(run('retry', '--all', '--text', 'open').stdout), { changed: 2, refused: 0 });
  assert.deepEqual(JSON.parse(run('delete', '--all', '--text', 'weir', '--queue', 'normal').stdout), { changed: 1, refused: 0 });
  assert.equal((await operator.get(`${tasks}/${second}`)).status, 404);
  for (const id of [first, other]) assert.equal((await operator.get(`${tasks}/${id}`)).body.state, 'available');
  const told = run('delete', '--all', '--text', 'weir', '--state', 'available');
  assert.deepEqual([told.status, JSON.parse(told.stdout)], [1, { changed: 0, refused: 2 }], 'states that are named are taken at their word');
});
