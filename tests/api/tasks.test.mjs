import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

const tasks = '/api/v1/tasks';

let server;
let tina;
let otto;
let viewer;
let reviewer;
before(async () => {
  // Nobody works on them: what is asked of a task decides alone where it stands.
  server = await startServer({ 'workers.count': 0 });
  tina = await server.as('technician', 'tina');
  otto = await server.as('technician', 'otto');
  viewer = await server.as('viewer');
  reviewer = await server.as('reviewer');
});
after(() => server?.stop());

let made = 0;
const newPhoto = (client = tina) => client.newPhoto(distinct(fixture('plain.jpg'), `task ${(made += 1)}`));
const idsOf = ({ body }) => body.results.map(({ id }) => id);

test('a task says on which picture it works and where it stands', async () => {
  const photo = await newPhoto();
  const { body } = await viewer.get(`${tasks}?photo=${photo.id}`);
  assert.equal(body.results.length, 1);
  const [task] = body.results;
  assert.equal(task.id, photo.task_id);
  assert.equal(task.state, 'available');
  assert.equal(task.photo.id, photo.id);
  assert.equal((await viewer.get(task.photo.thumbnail_url)).status, 200);
  const detail = await viewer.get(`${tasks}/${task.id}`);
  assert.equal(detail.status, 200);
  assert.deepEqual(detail.body.failures, []);
});

test('lists come in pages, newest first, and counts follow the filters', async () => {
  await newPhoto();
  await newPhoto();
  const all = idsOf(await viewer.get(`${tasks}?limit=500`));
  const first = await viewer.get(`${tasks}?limit=1`);
  const second = await viewer.get(`${tasks}?limit=1&cursor=${first.body.next}`);
  assert.deepEqual([...idsOf(first), ...idsOf(second)], all.slice(0, 2));
  assert.deepEqual([...all].sort().reverse(), all);
  const counts = (await viewer.get(`${tasks}/counts?queue=normal`)).body;
  assert.equal(counts.available, all.length);
  assert.equal((await viewer.get(`${tasks}/counts?queue=batch`)).body.available, 0);
});

test('words find tasks by error, kind, file name and description, of photos that are seen', async () => {
  const picture = distinct(fixture('plain.jpg'), `task ${(made += 1)}`);
  const photo = await tina.newPhoto(picture, { description: 'Sluice 50% open_' });
  const found = async (client, words) => idsOf(await client.get(`${tasks}?q=${encodeURIComponent(words)}`));
  assert.deepEqual(await found(viewer, 'sluice 50%'), [photo.task_id]);
  assert.deepEqual(await found(viewer, 'SLUICE 50_'), []);
  assert.deepEqual(await found(viewer, 'open_'), [photo.task_id]);
  assert.deepEqual(await found(otto, 'sluice'), [], 'otto does not see the photo');
  assert.ok((await found(viewer, 'Process_Inspection')).length > 1);
  const counts = async (words) => (await viewer.get(`${tasks}/counts?q=${encodeURIComponent(words)}`)).body;
  assert.equal((await counts('sluice')).available, 1);
  assert.equal((await counts('no such words')).available, 0);
  assertRefused(await viewer.get(`${tasks}?q=${'x'.repeat(201)}`), 422, 'q');
  assertRefused(await viewer.get(`${tasks}/counts?q=${'x'.repeat(201)}`), 422, 'q');
  const bulk = await reviewer.post(`${tasks}/bulk`, { action: 'cancel', filter: { q: 'sluice', state: 'available' } });
  assert.deepEqual(bulk.body.tasks, [photo.task_id]);
});

test('what means nothing is refused by name', async () => {
  assertRefused(await viewer.get(`${tasks}?state=lost`), 422, 'state');
  assertRefused(await viewer.get(`${tasks}?queue=slow`), 422, 'queue');
  assertRefused(await viewer.get(`${tasks}?cursor=x`), 422, 'cursor');
  assertRefused(await viewer.get(`${tasks}?limit=0`), 422, 'limit');
  assertRefused(await viewer.get(`${tasks}?order=up`), 422, 'order');
  assertRefused(await viewer.get(`${tasks}/x`), 404);
});

test('technicians see the tasks of photos they see, and no others', async () => {
  const photo = await newPhoto();
  assert.ok(idsOf(await tina.get(tasks)).includes(photo.task_id));
  assert.deepEqual(idsOf(await otto.get(tasks)), []);
  assert.equal((await otto.get(`${tasks}/counts`)).body.available, 0);
  assertRefused(await otto.get(`${tasks}/${photo.task_id}`), 404);
  assertRefused(await otto.post(`${tasks}/${photo.task_id}/cancel`), 404);
});

test('a waiting task is skipped, and tried again', async () => {
  const photo = await newPhoto();
  const at = `${tasks}/${photo.task_id}`;
  assertRefused(await tina.post(`${at}/retry`), 409);
  const skipped = await tina.post(`${at}/cancel`);
  assert.equal(skipped.status, 200);
  assert.equal(skipped.body.state, 'cancelled');
  assert.equal((await tina.get(`/api/v1/images/photos/${photo.id}`)).body.processing_status, 'FAILED');
  assertRefused(await tina.post(`${at}/cancel`), 409);
  const again = await tina.post(`${at}/retry`);
  assert.equal(again.status, 200);
  assert.equal(again.body.state, 'available');
  assert.equal((await tina.get(`/api/v1/images/photos/${photo.id}`)).body.processing_status, 'PENDING');
});

test('viewers change nothing, reviewers any task', async () => {
  const photo = await newPhoto();
  assertRefused(await viewer.post(`${tasks}/${photo.task_id}/cancel`), 403);
  assert.equal((await reviewer.post(`${tasks}/${photo.task_id}/cancel`)).status, 200);
});

test('a photo stays with the newer task', async () => {
  const photo = await newPhoto();
  await tina.post(`${tasks}/${photo.task_id}/cancel`);
  assert.equal((await tina.post(`/api/v1/images/photos/${photo.id}/reprocess/`)).status, 202);
  assertRefused(await tina.post(`${tasks}/${photo.task_id}/retry`), 409);
});

test('a batch is told by its members and skipped as a whole', async () => {
  const photo = await newPhoto();
  const queued = await reviewer.post('/api/v1/images/photos/batch_analyze/', { photo_ids: [photo.id] });
  const at = `${tasks}/${queued.body.task_id}`;
  assert.equal((await reviewer.get(at)).body.members.pending, 1);
  assert.equal(idsOf(await reviewer.get(`${tasks}?batch=${queued.body.task_id}`)).length, 1);
  assert.ok(!idsOf(await reviewer.get(`${tasks}?limit=500`)).includes(queued.body.task_id));
  assertRefused(await tina.get(at), 404);
  assert.equal((await reviewer.post(`${at}/cancel`)).body.members.revoked, 1);
  const { body: told } = await reviewer.get(at);
  assert.deepEqual([told.status, told.progress], ['REVOKED', 100]);
  const { body: status } = await reviewer.get(`/api/v1/images/photos/task-status/${queued.body.task_id}`);
  assert.deepEqual([status.status, status.progress], ['REVOKED', 100]);
  assertRefused(await reviewer.post(`${at}/retry`), 409);
});

test('a finished task stays as it is', async () => {
  const working = await startServer();
  try {
    const admin = await working.as('administrator', 'ada');
    const photo = await admin.newPhoto(fixture('plain.jpg'));
    const end = Date.now() + 30_000;
    let task = (await admin.get(`${tasks}/${photo.task_id}`)).body;
    while (!task.finished_at && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      task = (await admin.get(`${tasks}/${photo.task_id}`)).body;
    }
    assert.equal(task.state, 'completed');
    assert.equal(task.attempts, 1);
    assert.equal((await admin.get(`${tasks}/counts`)).body.completed, 1);
    assertRefused(await admin.post(`${tasks}/${photo.task_id}/retry`), 409);
    assertRefused(await admin.post(`${tasks}/${photo.task_id}/cancel`), 409);
  } finally {
    await working.stop();
  }
});
