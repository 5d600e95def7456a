import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

let server;
let operator;
before(async () => {
  server = await startServer();
  operator = await server.as('operator', 'olga');
});
after(() => server?.stop());

test('a job is opened with its fields and read back', async () => {
  const fields = { number: 'W-1', title: 'Leak', customer: 'Ünïcode & Söhne', address: 'Main St 1', notes: '<b>bold</b>' };
  const made = await operator.post('/api/v1/jobs/', fields);
  assert.equal(made.status, 201);
  assert.ok(Number.isInteger(made.body.id) && made.body.id > 0);
  assert.equal(made.body.status, 'open');
  assert.equal(made.body.photo_count, 0);
  for (const [name, value] of Object.entries(fields)) assert.equal(made.body[name], value);
  const read = await operator.get(`/api/v1/jobs/${made.body.id}/`);
  assert.deepEqual(read.body, made.body);
});

test('a job changes only what is sent', async () => {
  const job = await operator.newJob({ title: 'Before', notes: 'kept' });
  const changed = await operator.patch(`/api/v1/jobs/${job.id}`, { title: 'After', status: 'in_progress' });
  assert.equal(changed.status, 200);
  assert.equal(changed.body.title, 'After');
  assert.equal(changed.body.status, 'in_progress');
  assert.equal(changed.body.notes, 'kept');
  assert.ok(changed.body.updated_at >= job.updated_at);
});

test('a job is deleted while it has no photos', async () => {
  const job = await operator.newJob();
  assert.equal((await operator.delete(`/api/v1/jobs/${job.id}/`)).status, 204);
  assertRefused(await operator.get(`/api/v1/jobs/${job.id}`), 404);
  const kept = await operator.newJob();
  assert.equal((await operator.addToJob(kept.id, fixture('plain.jpg'))).status, 200);
  assertRefused(await operator.delete(`/api/v1/jobs/${kept.id}`), 409);
});

test('jobs are listed newest first, in pages without gap or repeat', async () => {
  const made = [];
  for (let i = 0; i < 5; i += 1) made.push((await operator.newJob({ title: `Paged ${i}`, customer: 'Pager' })).id);
  const seen = [];
  let cursor = '';
  do {
    const { body } = await operator.get(`/api/v1/jobs?q=pager&limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    assert.ok(body.results.length <= 2);
    seen.push(...body.results.map((job) => job.id));
    cursor = body.next;
  } while (cursor);
  assert.deepEqual(seen, made.reverse());
});

test('jobs are found by status and words', async () => {
  const job = await operator.newJob({ title: 'Chimney sweep 99 % done_', status: 'done' });
  const ids = async (query) => (await operator.get(`/api/v1/jobs?${query}`)).body.results.map((one) => one.id);
  assert.deepEqual(await ids('q=CHIMNEY&status=done'), [job.id]);
  assert.deepEqual(await ids('q=chimney&status=open'), []);
  assert.deepEqual(await ids(`q=${encodeURIComponent('99 % done_')}`), [job.id]);
  assert.deepEqual(await ids(`q=${encodeURIComponent('sweep%done')}`), []);
});

test('a number in use is a conflict', async () => {
  await operator.newJob({ number: 'UNIQUE-1' });
  assertRefused(await operator.post('/api/v1/jobs', { number: 'UNIQUE-1' }), 409);
});

test('bad jobs are refused by field', async () => {
  const refused = async (value, field) => assertRefused(await operator.post('/api/v1/jobs', value), 422, field);
  assertRefused(await operator.post('/api/v1/jobs', {}), 422);
  assertRefused(await operator.post('/api/v1/jobs', { title: '', number: '' }), 422);
  await refused({ title: 7 }, 'title');
  await refused({ title: null }, 'title');
  await refused({ title: ['x'] }, 'title');
  await refused({ title: 'x'.repeat(501) }, 'title');
  await refused({ title: 'a\u0000b' }, 'title');
  await refused({ title: 'x', status: 'lost' }, 'status');
  await refused({ title: 'x', assigned_to: 'tina' }, 'assigned_to');
  await refused({ title: 'x', assigned_to: ['018f0000-0000-7000-8000-000000000000'] }, 'assigned_to');
  await refused({ title: 'x', colour: 'red' }, 'colour');
  await refused({ title: 'x', id: 5 }, 'id');
});

test('bad bodies are refused', async () => {
  for (const body of ['', '{', '[]', 'null', '"x"', '{"title":"x"} {}', '{"title":"x",}', '\ufeff{', '{"title":"\\ud800"}']) {
    assertRefused(await operator.post('/api/v1/jobs', body), [400, 422]);
  }
  assertRefused(await operator.post('/api/v1/jobs', '{'), 400);
  assertRefused(await operator.post('/api/v1/jobs', '['.repeat(100_000)), 400);
  assertRefused(await operator.post('/api/v1/jobs', '{"title":"x"}', { 'Content-Type': 'text/xml' }), 415);
  assertRefused(await operator.post('/api/v1/jobs', JSON.stringify({ title: 'x'.repeat(3 << 20) })), [413, 422]);
});

test('bad lists are refused by parameter', async () => {
  for (const limit of ['0', '-1', '501', 'x', '1.5', '99999999999999999999']) {
    assertRefused(await operator.get(`/api/v1/jobs?limit=${limit}`), 422, 'limit');
  }
  for (const cursor of ['nowhere', 'AAAA', '%00', 'x'.repeat(5000), encodeURIComponent('🦊')]) {
    assertRefused(await operator.get(`/api/v1/jobs?cursor=${cursor}`), [400, 422]);
  }
  assertRefused(await operator.get('/api/v1/jobs?cursor=nowhere'), 422, 'cursor');
  assertRefused(await operator.get('/api/v1/jobs?colour=red'), 422, 'colour');
  assertRefused(await operator.get('/api/v1/jobs?status=lost'), 422, 'status');
});

test('ids that cannot be are not found', async () => {
  for (const id of ['0', '-1', '999999', 'x', '1.0', '99999999999999999999', '%2e%2e', '1%00']) {
    const answer = await operator.get(`/api/v1/jobs/${id}`);
    assertRefused(answer, [400, 404, 422]);
  }
  assertRefused(await operator.patch('/api/v1/jobs/999999', { title: 'x' }), 404);
  assertRefused(await operator.delete('/api/v1/jobs/999999'), 404);
});
