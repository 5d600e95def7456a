import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture, jpegSize } from './support/pictures.mjs';
import { patience, startServer } from './support/server.mjs';
import { leavesNothing } from './support/traces.mjs';

const list = '/api/v1/images/photos/';
const nowhere = '018f0000-0000-7000-8000-000000000000';

let server;
let tina;
let operator;
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
  operator = await server.as('operator', 'olga');
});
after(() => server?.stop());

test('an upload answers at once, and the photo is readable at once', async () => {
  const bytes = fixture('orientation_6.jpg');
  const began = Date.now();
  const photo = await tina.newPhoto(bytes, { description: 'Meter', tags: 'meter,cellar', priority: 'high' });
  assert.ok(Date.now() - began < 1000 * patience, 'slower than a second');
  assert.equal(photo.processing_status, 'PENDING');
  assert.equal(photo.message, 'Photo uploaded, analysis queued');
  assert.equal(photo.sha256, createHash('sha256').update(bytes).digest('hex'));
  assert.equal(photo.duplicate_of, null);
  assert.deepEqual([photo.width, photo.height], [160, 120]);
  for (const url of [photo.original_url, photo.display_url, photo.thumbnail_url]) {
    assert.equal((await tina.get(url)).status, 200, url);
  }
  assert.equal((await tina.get(`/api/v1/images/photos/task-status/${photo.task_id}/`)).status, 200);
});

test('what the file says of itself stands in its columns', async () => {
  const { id } = await tina.newPhoto(distinct(fixture('orientation_6.jpg'), 'columns'));
  const { body } = await tina.get(`${list}${id}/`);
  assert.equal(body.kind, 'field');
  assert.equal(body.media_type, 'image/jpeg');
  assert.equal(body.orientation, 6);
  assert.equal(Date.parse(body.taken_at), Date.parse('2024-03-06T10:20:30+02:00'));
  assert.equal(body.taken_at_source, 'exif');
  assert.match(body.taken_local, /^2024-03-06T10:20:30/);
  assert.equal(body.camera_make, 'Sightglass');
  assert.equal(body.camera_model, 'Fixture 6');
  assert.ok(Math.abs(body.latitude - 48.1375) < 1e-6 && Math.abs(body.longitude - 11.575) < 1e-6);
  assert.ok(Math.abs(body.altitude - 519) < 1e-6);
  assert.ok(Math.abs(body.exposure_seconds - 0.005) < 1e-9);
  assert.ok(Math.abs(body.f_number - 2.8) < 1e-9);
  assert.equal(body.iso, 200);
  assert.equal(body.focal_length_mm, 35);
  assert.ok(Buffer.from(body.thumbhash, 'base64').length > 5);
  assert.ok(Object.keys(body.metadata).length > 5);
});

test('a photo that does not say when it was taken uses the upload time and says so', async () => {
  const { id } = await tina.newPhoto(fixture('plain.jpg'));
  const { body } = await tina.get(list + id);
  assert.equal(body.taken_at_source, 'upload');
  assert.equal(body.taken_at, body.uploaded_at);
  assert.equal(body.latitude, null);
  assert.equal(body.camera_make, null);
});

test('the same bytes again are a photo of its own that names the first', async () => {
  const bytes = distinct(fixture('plain.jpg'), 'twice');
  const first = await tina.newPhoto(bytes);
  const second = await tina.newPhoto(bytes);
  assert.equal(second.duplicate_of, first.id);
  assert.notEqual(second.id, first.id);
  assert.equal((await tina.delete(list + first.id)).status, 204);
  assert.ok((await tina.get(second.original_url)).bytes.equals(bytes), 'the second lost its bytes with the first');
});

test('every format is taken, and its original kept as it came', async () => {
  const types = { 'quadrants.png': 'image/png', 'quadrants.webp': 'image/webp', 'quadrants.tiff': 'image/tiff', 'quadrants.gif': 'image/gif' };
  for (const [name, type] of Object.entries(types)) {
    const photo = await tina.newPhoto(fixture(name));
    const { body } = await tina.get(list + photo.id);
    assert.equal(body.media_type, type);
    const original = await tina.get(photo.original_url);
    assert.equal(original.headers.get('content-type'), type);
    assert.ok(original.bytes.equals(fixture(name)));
    assert.deepEqual(jpegSize((await tina.get(photo.thumbnail_url)).bytes), { width: 160, height: 120 });
  }
});

test('originals lie by day, with a sidecar beside each', async () => {
  const photo = await tina.newPhoto(distinct(fixture('plain.jpg'), 'sidecar'));
  const { body } = await tina.get(list + photo.id);
  const day = body.uploaded_at.slice(0, 10).split('-');
  const folder = join(server.data, 'photos', ...day);
  const stem = body.filename.replace(/\.[^.]*$/, '');
  assert.ok(existsSync(join(folder, 'originals', `${stem}.json`)), readdirSync(join(folder, 'originals')).join());
  assert.ok(existsSync(join(folder, 'originals', `${stem}.jpg`)));
});

test('a photo names its job, asset and location', async () => {
  const job = await tina.newJob();
  const location = (await operator.post('/locations', { name: 'Cellar', latitude: 1, longitude: 2 })).body;
  const asset = (await operator.post('/api/v1/assets', { code: 'PUMP-1', name: 'Pump', location_id: location.id })).body;
  const photo = await tina.newPhoto(distinct(fixture('plain.jpg'), 'subject'), { job_id: String(job.id), asset_id: 'PUMP-1', location_id: location.id });
  const { body } = await tina.get(list + photo.id);
  assert.deepEqual([body.job_id, body.asset_id, body.location_id], [job.id, asset.id, location.id]);
  const ids = async (query) => (await tina.get(`${list}?${query}`)).body.results.map((one) => one.id);
  for (const query of [`asset=${asset.id}`, 'asset=PUMP-1', `location=${location.id}`, `job=${job.id}`]) {
    assert.deepEqual(await ids(query), [photo.id], query);
  }
});

test('uploads with bad fields are refused by field, and leave nothing', async () => {
  const refused = async (fields, field) => assertRefused(await tina.uploadPhoto(fixture('plain.jpg'), fields), [400, 404, 422], field);
  await leavesNothing(server, async () => {
    await refused({ asset_id: 'NO-SUCH' }, 'asset_id');
    await refused({ location_id: nowhere }, 'location_id');
    await refused({ location_id: 'x' }, 'location_id');
    await refused({ job_id: '999999' }, 'job_id');
    await refused({ job_id: 'x' }, 'job_id');
    await refused({ priority: 'urgent' }, 'priority');
    await refused({ colour: 'red' }, 'colour');
    await refused({ allow_damaged: 'maybe' }, 'allow_damaged');
    await refused({ description: 'x'.repeat(4001) }, 'description');
    await refused({ description: 'a\u0000b' }, 'description');
    await refused({ tags: Array.from({ length: 51 }, (_, i) => `t${i}`).join() }, 'tags');
    assertRefused(await tina.upload(`${list}upload/`, { description: 'no image' }), [400, 422], 'image');
  });
});

test('people correct what a photo says', async () => {
  const { id } = await tina.newPhoto(distinct(fixture('plain.jpg'), 'corrected'));
  const change = { description: 'Corrected', tags: ['a', 'b'], taken_at: '2020-02-02T02:02:02Z', latitude: -1.5, longitude: 100.25 };
  const { status, body } = await tina.patch(`${list}${id}/`, change);
  assert.equal(status, 200);
  assert.equal(body.description, 'Corrected');
  assert.deepEqual(body.tags, ['a', 'b']);
  assert.equal(Date.parse(body.taken_at), Date.parse(change.taken_at));
  assert.equal(body.taken_at_source, 'person');
  assert.deepEqual([body.latitude, body.longitude], [-1.5, 100.25]);
  assert.deepEqual((await tina.get(list + id)).body.description, 'Corrected');
});

test('bad corrections are refused by field', async () => {
  const { id } = await tina.newPhoto(distinct(fixture('plain.jpg'), 'bad corrections'));
  const bad = { tags: 'a,b', description: 7, taken_at: 'yesterday', latitude: 91, verdict: ['OK'], job_id: 'x', asset_id: 'NO-SUCH', location_id: nowhere, filename: 'x.jpg', sha256: 'x', processing_status: 'COMPLETED' };
  for (const [field, value] of Object.entries(bad)) {
    assertRefused(await tina.patch(list + id, { [field]: value }), [404, 422], field);
  }
  assertRefused(await tina.patch(list + nowhere, { description: 'x' }), 404);
});

test('deleting removes row and files', async () => {
  await leavesNothing(server, async () => {
    const { id, display_url: display } = await tina.newPhoto(distinct(fixture('plain.jpg'), 'deleted'));
    assert.equal((await tina.delete(`${list}${id}/`)).status, 204);
    assertRefused(await tina.get(list + id), 404);
    assertRefused(await tina.get(display), 404);
    assertRefused(await tina.delete(list + id), 404);
  });
});
