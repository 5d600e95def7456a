import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

const photos = '/api/v1/images/photos/';
const nowhere = '018f0000-0000-7000-8000-000000000000';

let server;
let tina;
let reviewer;
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
  reviewer = await server.as('reviewer');
});
after(() => server?.stop());

const statusOf = async (task) => (await reviewer.get(`${photos}task-status/${task}/`)).body;

async function untilReady(task) {
  const end = Date.now() + 30_000;
  let state = await statusOf(task);
  while (!state.ready && Date.now() < end) {
    await pause(50);
    state = await statusOf(task);
  }
  assert.ok(state.ready, `not ready in time: ${JSON.stringify(state)}`);
  return state;
}

test('an uploaded photo is analysed, and says so', async () => {
  const photo = await tina.newPhoto(fixture('orientation_1.jpg'));
  const state = await untilReady(photo.task_id);
  assert.equal(state.status, 'SUCCESS');
  assert.equal(state.successful, true);
  assert.equal(state.progress, 100);
  const { body } = await tina.get(photos + photo.id);
  assert.equal(body.processing_status, 'COMPLETED');
  assert.equal(body.analysis.photo_id, photo.id);
  assert.deepEqual(body.analysis.scores, []);
  assert.ok(body.analysis.properties.dominant_colors?.length > 0 || Object.keys(body.analysis.properties).length > 0);
  const listed = await tina.get(`/api/v1/images/analysis/?photo=${photo.id}`);
  assert.deepEqual(listed.body.results.map((one) => one.id), [body.analysis.id]);
  const one = await tina.get(`/api/v1/images/analysis/${body.analysis.id}/`);
  assert.deepEqual(one.body, body.analysis);
});

test('a photo analysed again keeps one result', async () => {
  const photo = await tina.newPhoto(distinct(fixture('plain.jpg'), 'again'));
  await untilReady(photo.task_id);
  const again = await tina.post(`${photos}${photo.id}/reprocess/`);
  assert.equal(again.status, 202);
  assert.notEqual(again.body.task_id, photo.task_id);
  assert.equal((await untilReady(again.body.task_id)).status, 'SUCCESS');
  assert.equal((await tina.get(`/api/v1/images/analysis?photo=${photo.id}`)).body.results.length, 1);
});

test('a batch names unknown ids, and loses nothing else', async () => {
  const made = [];
  for (let i = 0; i < 3; i += 1) made.push((await tina.newPhoto(distinct(fixture('plain.jpg'), `batch ${i}`))).id);
  const { status, body } = await reviewer.post(`${photos}batch_analyze/`, { photo_ids: [...made, nowhere, 'x'] });
  assert.equal(status, 202);
  assert.equal(body.status, 'batch_queued');
  assert.equal(body.total_photos, 3);
  assert.deepEqual([...body.unknown_ids].sort(), [nowhere, 'x'].sort());
  const state = await untilReady(body.task_id);
  assert.equal(state.status, 'SUCCESS');
  assert.equal(state.members.total, 3);
  assert.equal(state.members.success, 3);
});

test('bad batches are refused', async () => {
  const batch = (value) => reviewer.post(`${photos}batch_analyze`, value);
  assertRefused(await batch({}), 422, 'photo_ids');
  assertRefused(await batch({ photo_ids: [] }), 422, 'photo_ids');
  assertRefused(await batch({ photo_ids: 'x' }), 422, 'photo_ids');
  assertRefused(await batch({ photo_ids: [7] }), 422, 'photo_ids');
  assertRefused(await batch({ photo_ids: [nowhere], x: 1 }), 422, 'x');
  assertRefused(await batch({ photo_ids: Array(10_001).fill(nowhere) }), [413, 422]);
});

test('tasks and results that are not there are not found', async () => {
  for (const id of [nowhere, 'x', '1', '..%2f']) {
    assertRefused(await tina.get(`${photos}task-status/${id}`), [400, 404]);
    assertRefused(await tina.get(`/api/v1/images/analysis/${id}`), [400, 404]);
    assertRefused(await tina.post(`${photos}${id}/reprocess`), [400, 404]);
  }
});

test('tasks and results of photos that may not be seen are not found', async () => {
  const photo = await tina.newPhoto(distinct(fixture('plain.jpg'), 'hidden'));
  await untilReady(photo.task_id);
  const { body } = await tina.get(photos + photo.id);
  const otto = await server.as('technician', 'otto');
  assertRefused(await otto.get(`${photos}task-status/${photo.task_id}`), 404);
  assertRefused(await otto.get(`/api/v1/images/analysis/${body.analysis.id}`), 404);
  assert.equal((await otto.get('/api/v1/images/analysis')).body.results.length, 0);
});

test('statistics count what was uploaded and how long analysis took', async () => {
  const { body } = await tina.get(`${photos}statistics/`);
  const counted = (await tina.get(`${photos}?limit=500`)).body.results;
  assert.equal(body.total, counted.length);
  assert.equal(body.bytes, counted.reduce((sum, photo) => sum + photo.file_size, 0));
  assert.equal(Object.values(body.by_status).reduce((a, b) => a + b, 0), body.total);
  assert.equal(body.by_source.upload, body.total);
  assert.equal(body.by_day.reduce((sum, day) => sum + day.count, 0), body.total);
  assert.ok(body.analysis_latency_ms.p50 > 0);
  assert.ok(body.analysis_latency_ms.p99 >= body.analysis_latency_ms.p50);
});

test('results come in pages', async () => {
  const first = (await reviewer.get('/api/v1/images/analysis?limit=2')).body;
  assert.equal(first.results.length, 2);
  const second = (await reviewer.get(`/api/v1/images/analysis?limit=2&cursor=${encodeURIComponent(first.next)}`)).body;
  assert.equal(first.results.some((one) => second.results.some((other) => other.id === one.id)), false);
  assertRefused(await reviewer.get('/api/v1/images/analysis?cursor=nowhere'), 422, 'cursor');
  assertRefused(await reviewer.get('/api/v1/images/analysis?photo=x'), 422, 'photo');
});
