// Real photos, when they are there: what they say of themselves, and hostile files among them.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { hasExif, jpegSize } from './support/pictures.mjs';
import { shared, startServer } from './support/server.mjs';
import { leavesNothing } from './support/traces.mjs';
import { tableOf } from './support/tables.mjs';

const data = join(shared, 'data');
const skip = existsSync(data) ? false : `NO REAL PHOTOS at ${data}: set SIGHTGLASS_SHARED`;
const hostileCount = 120; // of about six hundred, spread over all kinds; the importer goes through them all

let server;
let tina;
before(async () => {
  if (skip) return;
  server = await startServer();
  tina = await server.as('technician', 'tina');
});
after(() => server?.stop());

const rows = (set) => tableOf(readFileSync(join(data, set, 'labels.csv'), 'utf8'));

test('a phone’s HEIC is turned', { skip }, async () => {
  const { id } = await tina.newPhoto(readFileSync(join(data, 'exif/exiv2/Stonehenge.heic')));
  const before = (await tina.get(`/api/v1/images/photos/${id}`)).body;
  const { status, body } = await tina.patch(`/api/v1/images/photos/${id}`, { rotation: 90 });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual([body.width, body.height], [before.height, before.width]);
  const { width, height } = jpegSize((await tina.get(body.display_url)).bytes);
  assert.ok(Math.abs(width / height - before.height / before.width) < 0.01, `${width}×${height}`);
});

test('camera JPEGs of 8 to 22 megapixels are stored, sized and upright', { skip }, async () => {
  const job = (await tina.newJob()).id;
  for (const row of rows('large_photos')) {
    const bytes = readFileSync(join(data, 'large_photos', row.path));
    const { status, body } = await tina.addToJob(job, bytes);
    assert.equal(status, 200, `${row.path}: ${JSON.stringify(body)}`);
    const display = (await tina.get(`/job/image/${job}/${body.filename}`)).bytes;
    const { width, height } = jpegSize(display);
    assert.equal(Math.max(width, height), 1024, row.path);
    const isTurned = Number(row.orientation) >= 5;
    const expected = isTurned ? Number(row.height) / Number(row.width) : Number(row.width) / Number(row.height);
    assert.ok(Math.abs(width / height - expected) < 0.01, `${row.path}: ${width}×${height}`);
    assert.equal(hasExif(display), false, row.path);
    const photo = (await tina.get(`/api/v1/images/photos/?job=${job}&limit=500`)).body.results.find((one) => one.filename === body.filename);
    if (row.make) assert.equal(photo.camera_make, row.make, row.path);
    if (row.gps_lat) assert.ok(Math.abs(photo.latitude - Number(row.gps_lat)) < 1e-5, row.path);
    if (row.taken) assert.equal(photo.taken_local?.slice(0, 19), row.taken.replace(/^(\d+):(\d+):(\d+) /, '$1-$2-$3T'), row.path);
  }
});

test('HEIC photos are taken', { skip }, async () => {
  const row = rows('exif').find((one) => one.file_type === 'HEIC' && one.make && one.width);
  const { status, body } = await tina.uploadPhoto(readFileSync(join(data, 'exif', row.path)));
  assert.equal(status, 201, JSON.stringify(body));
  const photo = (await tina.get(`/api/v1/images/photos/${body.id}`)).body;
  assert.equal(photo.media_type, 'image/heic');
  assert.equal((await tina.get(photo.display_url)).headers.get('content-type'), 'image/jpeg');
});

test('hostile files are refused with a reason or become a good picture, and refusals leave nothing', { skip, timeout: 600_000 }, async () => {
  const all = rows('hostile');
  const chosen = all.filter((_, at) => at % Math.ceil(all.length / hostileCount) === 0);
  const outcomes = { taken: 0, refused: 0 };
  for (const row of chosen) {
    const bytes = readFileSync(join(data, 'hostile', row.path));
    const send = async () => {
      const { status, body } = await tina.uploadPhoto(bytes, {});
      assert.ok([201, 400, 413, 415, 422, 503].includes(status), `${row.path}: ${status} ${JSON.stringify(body)}`);
      outcomes[status === 201 ? 'taken' : 'refused'] += 1;
      if (status !== 201) return;
      assert.ok(jpegSize((await tina.get(body.display_url)).bytes).width > 0);
      assert.equal((await tina.delete(`/api/v1/images/photos/${body.id}`)).status, 204);
    };
    await leavesNothing(server, send);
  }
  console.log(`hostile files: ${outcomes.taken} taken, ${outcomes.refused} refused`);
  assert.ok(server.isRunning);
  assert.equal((await tina.get('/health')).body.status, 'ok');
});
