import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

const photos = '/api/v1/images/photos/';

let server;
let tina;
let otto;
let viewer;
let reviewer;
let operator;
let own; // tina's field photo
let job; // tina's job
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
  otto = await server.as('technician', 'otto');
  viewer = await server.as('viewer');
  reviewer = await server.as('reviewer');
  operator = await server.as('operator');
  own = await tina.newPhoto(distinct(fixture('plain.jpg'), 'own'));
  job = await tina.newJob({ title: 'Tina’s' });
  await tina.addToJob(job.id, distinct(fixture('plain.jpg'), 'job'));
});
after(() => server?.stop());

test('a technician sees own photos and jobs, and those open to all', async () => {
  assertRefused(await otto.get(photos + own.id), 404);
  assertRefused(await otto.get(`/api/v1/jobs/${job.id}`), 404);
  assert.equal((await otto.get(photos)).body.results.length, 0);
  assert.equal((await otto.get('/api/v1/jobs')).body.results.length, 0);
  assertRefused(await otto.patch(photos + own.id, { description: 'x' }), 404);
  assertRefused(await otto.delete(photos + own.id), 404);
  assert.equal((await otto.addToJob(job.id, fixture('plain.jpg'))).status, 404);
  const open = await operator.newJob({ title: 'For everybody' });
  assert.equal((await otto.get(`/api/v1/jobs/${open.id}`)).status, 200);
  assert.equal((await otto.addToJob(open.id, distinct(fixture('plain.jpg'), 'open'))).status, 200);
  assert.equal((await tina.get(`${photos}?job=${open.id}`)).body.results.length, 1);
});

test('a job may be given to somebody else', async () => {
  const me = (await otto.get('/api/v1/auth/me')).body;
  const given = await operator.newJob({ title: 'Otto’s', assigned_to: [me.id] });
  assert.equal((await otto.get(`/api/v1/jobs/${given.id}`)).status, 200);
  assertRefused(await tina.get(`/api/v1/jobs/${given.id}`), 404);
});

test('a viewer sees everything and changes nothing', async () => {
  assert.equal((await viewer.get(photos + own.id)).status, 200);
  assert.equal((await viewer.get(own.original_url)).status, 200);
  assert.equal((await viewer.get(`/api/v1/jobs/${job.id}`)).status, 200);
  assertRefused(await viewer.patch(photos + own.id, { description: 'x' }), 403);
  assertRefused(await viewer.delete(photos + own.id), 403);
  assertRefused(await viewer.post('/api/v1/jobs', { title: 'x' }), 403);
  assertRefused(await viewer.uploadPhoto(fixture('plain.jpg')), 403);
  assertRefused(await viewer.post(`${photos}${own.id}/reprocess/`), 403);
});

test('a reviewer edits and reprocesses any photo, and deletes none of others', async () => {
  assert.equal((await reviewer.patch(photos + own.id, { verdict: 'OK' })).status, 200);
  assert.equal((await reviewer.post(`${photos}${own.id}/reprocess/`)).status, 202);
  assertRefused(await reviewer.delete(photos + own.id), 403);
});

test('an operator deletes any photo and changes any job', async () => {
  const extra = await tina.newPhoto(distinct(fixture('plain.jpg'), 'extra'));
  assert.equal((await operator.delete(photos + extra.id)).status, 204);
  assert.equal((await operator.patch(`/api/v1/jobs/${job.id}`, { status: 'done' })).status, 200);
});

test('assets and locations are an operator’s to change', async () => {
  for (const client of [viewer, tina, reviewer]) {
    assertRefused(await client.post('/api/v1/assets', { name: 'x' }), 403);
    assertRefused(await client.post('/locations', { name: 'x' }), 403);
    assert.equal((await client.get('/api/v1/assets')).status, 200);
    assert.equal((await client.get('/locations')).status, 200);
  }
});

test('batches are a reviewer’s to start', async () => {
  assertRefused(await tina.post(`${photos}batch_analyze/`, { photo_ids: [own.id] }), 403);
  assert.equal((await reviewer.post(`${photos}batch_analyze/`, { photo_ids: [own.id] })).status, 202);
});
