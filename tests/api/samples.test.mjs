import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

const path = '/api/v1/samples';
const photos = '/api/v1/images/photos';
let server;
let olga;
before(async () => {
  server = await startServer();
  olga = await server.as('operator', 'olga');
});
after(() => server?.stop());

const photosOf = async (job) => (await olga.get(`${photos}?job=${job}`)).body.results;
const none = { available: true, loaded: false, photos: 0, job_id: null };

test('samples are loaded once, with words, tags, places, times and a pair, and removed again', async () => {
  assert.deepEqual((await olga.get(path)).body, none);
  const loaded = await olga.post(path);
  assert.equal(loaded.status, 200, JSON.stringify(loaded.body));
  const { job_id: job, photos: count } = loaded.body;
  assert.ok(count >= 8 && count <= 12);
  const all = await photosOf(job);
  assert.equal(all.length, count);
  for (const photo of all) {
    assert.ok(photo.description && photo.tags.length && photo.latitude && photo.longitude, JSON.stringify(photo));
    assert.equal(photo.taken_at_source, 'exif');
    assert.equal(photo.taken_at.slice(0, 4), '2026');
  }
  assert.equal((await olga.get(`/api/v1/jobs/${job}/pairs`)).body.results.length, 1);
  assert.deepEqual((await olga.post(path)).body, loaded.body);
  assert.equal((await photosOf(job)).length, count);
  assert.equal((await olga.delete(path)).status, 204);
  assertRefused(await olga.get(`/api/v1/jobs/${job}`), 404);
  assert.equal((await olga.get(photos)).body.results.length, 0);
  assert.deepEqual((await olga.get(path)).body, none);
  assert.equal((await olga.delete(path)).status, 204);
});

test('what people changed, threw away or deleted of them does not hide them; loading again brings back what is missing', async () => {
  const { job_id: job, photos: count } = (await olga.post(path)).body;
  const [first, second, third] = await photosOf(job);
  await olga.patch(`/api/v1/jobs/${job}`, { title: 'Mine now', number: 'M-1' });
  await olga.patch(`${photos}/${first.id}`, { description: 'changed', tags: [] });
  await olga.post(`${photos}/${second.id}/trash`);
  await olga.delete(`${photos}/${third.id}`);
  const again = (await olga.post(path)).body;
  assert.deepEqual(again, { available: true, loaded: true, photos: count, job_id: job });
  assert.equal((await photosOf(job)).length, count);
  assert.equal((await olga.get(`${photos}/${first.id}`)).body.description, 'changed');
  await olga.post(`${photos}/${second.id}/trash`);
  assert.equal((await olga.delete(path)).status, 204);
  assertRefused(await olga.get(`/api/v1/jobs/${job}`), 404);
  assert.equal((await olga.get(`${photos}?trashed=true`)).body.results.length, 0);
});

test('two people who load at once get one job', async () => {
  const answers = await Promise.all([olga.post(path), olga.post(path), olga.post(path)]);
  assert.equal(new Set(answers.map(({ body }) => body.job_id)).size, 1);
  assert.equal((await photosOf(answers[0].body.job_id)).length, answers[0].body.photos);
  await olga.delete(path);
});

test('photos that people added to the sample job stay, and the job with them', async () => {
  const { job_id: job } = (await olga.post(path)).body;
  const own = (await olga.addToJob(job, distinct(fixture('plain.jpg'), 'own'))).body.id;
  const other = (await olga.newPhoto(distinct(fixture('plain.jpg'), 'other'))).id;
  assert.equal((await olga.delete(path)).status, 204);
  assert.deepEqual((await photosOf(job)).map(({ id }) => id), [own]);
  assert.equal((await olga.get(`${photos}/${other}`)).status, 200);
  assert.equal((await olga.get(path)).body.loaded, false);
});

test('only operators and up load and remove samples; nothing is taken with it', async () => {
  for (const role of ['viewer', 'technician', 'reviewer']) {
    const client = await server.as(role);
    assertRefused(await client.get(path), 403);
    assertRefused(await client.post(path), 403);
    assertRefused(await client.delete(path), 403);
  }
  assertRefused(await server.anonymous().post(path), 401);
  assertRefused(await olga.post(`${path}?language=de`), 422, 'language');
  assertRefused(await olga.delete(`${path}?all=true`), 422, 'all');
});
