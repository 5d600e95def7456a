import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertRefused, assertRefusedPlainly, formOf } from './support/client.mjs';
import { distinct, fixture, hasExif, jpegSize } from './support/pictures.mjs';
import { filePart, multipart } from './support/raw.mjs';
import { startServer } from './support/server.mjs';
import { leavesNothing } from './support/traces.mjs';

const named = /^img_\d{8}_\d{6}_[0-9a-f]{6}(_\d+)?\.jpg$/;

let server;
let tina;
let job;
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
  job = (await tina.newJob()).id;
});
after(() => server?.stop());

async function add(bytes, fields) {
  const answer = await tina.addToJob(job, bytes, fields);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

test('a photo is stored and served as the contract says', async () => {
  const stored = await add(fixture('large.jpg'), { description: 'North wall' });
  assert.equal(stored.success, true);
  assert.match(stored.filename, named);
  const display = await tina.get(`/job/image/${job}/${stored.filename}?thumbnail=false`);
  assert.equal(display.status, 200);
  assert.equal(display.headers.get('content-type'), 'image/jpeg');
  assert.deepEqual(jpegSize(display.bytes), { width: 1024, height: 768 });
  const thumbnail = await tina.get(`/job/image/${job}/${stored.filename}?thumbnail=true`);
  assert.deepEqual(jpegSize(thumbnail.bytes), { width: 300, height: 225 });
  assert.ok(existsSync(join(server.data, 'images', `job_${job}`, stored.filename)));
  assert.ok(existsSync(join(server.data, 'images', `job_${job}`, 'thumbnails', stored.filename)));
});

test('the path with a trailing slash is the same', async () => {
  const answer = await tina.upload(`/job/${job}/add_image/`, { image: { bytes: distinct(fixture('plain.jpg'), 'slash') } });
  assert.equal(answer.status, 200);
  assert.equal((await tina.get(`/job/image/${job}/${answer.body.filename}/`)).status, 200);
});

test('the hex digits come from the content’s hash', async () => {
  const { createHash } = await import('node:crypto');
  const bytes = distinct(fixture('plain.jpg'), 'hash');
  const stored = await add(bytes);
  assert.equal(stored.filename.slice(20, 26), createHash('sha256').update(bytes).digest('hex').slice(0, 6));
});

test('each of the eight orientations comes out upright, without its EXIF', async () => {
  for (let orientation = 1; orientation <= 8; orientation += 1) {
    const stored = await add(fixture(`orientation_${orientation}.jpg`));
    for (const thumbnail of [true, false]) {
      const { bytes } = await tina.get(`/job/image/${job}/${stored.filename}?thumbnail=${thumbnail}`);
      assert.deepEqual(jpegSize(bytes), { width: 160, height: 120 }, `orientation ${orientation}`);
      assert.equal(hasExif(bytes), false);
    }
  }
});

test('PNG, WebP, TIFF and GIF are taken by their content, whatever they are called', async () => {
  for (const name of ['quadrants.png', 'quadrants.webp', 'quadrants.tiff', 'quadrants.gif']) {
    const image = { bytes: fixture(name), name: 'photo.jpg', type: 'image/jpeg' };
    const answer = await tina.upload(`/job/${job}/add_image`, { image });
    assert.equal(answer.status, 200, `${name}: ${JSON.stringify(answer.body)}`);
    const { bytes } = await tina.get(`/job/image/${job}/${answer.body.filename}`);
    assert.deepEqual(jpegSize(bytes), { width: 160, height: 120 });
  }
});

test('thirty uploads at once, the same bytes among them, never collide', async () => {
  const own = (await tina.newJob()).id;
  const pictures = Array.from({ length: 30 }, (_, i) => distinct(fixture('plain.jpg'), `at once ${i % 10}`));
  const answers = await Promise.all(pictures.map((bytes) => tina.addToJob(own, bytes)));
  assert.deepEqual(answers.map((one) => one.status), Array(30).fill(200));
  assert.equal(new Set(answers.map((one) => one.body.filename)).size, 30);
  assert.equal((await tina.get(`/api/v1/jobs/${own}`)).body.photo_count, 30);
  const list = (await tina.get(`/api/v1/images/photos/?job=${own}&limit=500`)).body.results;
  assert.equal(list.length, 30);
  assert.equal(list.filter((photo) => photo.duplicate_of !== null).length, 20);
});

test('description and names come back as they were sent', async () => {
  const description = '<script>alert("x")</script> 🦊 "quoted" & Zeile\nzwei';
  const stored = await tina.upload(`/job/${job}/add_image`, {
    image: { bytes: distinct(fixture('plain.jpg'), 'words'), name: 'Küche 🦊.jpg' },
    description,
    tags: 'roof, north wall ,roof',
  });
  const { body } = await tina.get(`/api/v1/images/photos/?job=${job}&limit=500`);
  const photo = body.results.find((one) => one.filename === stored.body.filename);
  assert.equal(photo.description.replaceAll('\r\n', '\n'), description);
  assert.equal(photo.original_filename, 'Küche 🦊.jpg');
  assert.deepEqual(photo.tags, ['roof', 'north wall']);
  assert.equal(photo.kind, 'job');
  assert.equal(photo.source, 'job_upload');
  assert.equal(photo.job_id, job);
});

test('a missing or unchosen image has the words clients know', async () => {
  const path = `/job/${job}/add_image`;
  assertRefusedPlainly(await tina.upload(path, { description: 'nothing' }), 400, 'No image provided');
  // As a browser sends it: Node's own form leaves an empty file name out.
  const unchosen = multipart('b', [filePart('', '')]);
  const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
  assertRefusedPlainly(await tina.request('POST', path, { headers, body: unchosen }), 400, 'No image selected');
});

test('unknown jobs are not found, and nothing is stored', async () => {
  await leavesNothing(server, async () => {
    for (const id of ['999999', '0', 'x', '-1']) {
      assertRefusedPlainly(await tina.addToJob(id, fixture('plain.jpg')), [400, 404]);
    }
    assertRefusedPlainly(await tina.addToJob(999999, fixture('plain.jpg')), 404);
  });
});

test('uploading needs a sign-in and the role of a technician', async () => {
  const body = () => formOf({ image: { bytes: fixture('plain.jpg') } });
  const path = `/job/${job}/add_image`;
  assert.equal((await server.anonymous().request('POST', path, { body: body() })).status, 401);
  const viewer = await server.as('viewer');
  assert.equal((await viewer.request('POST', path, { body: body() })).status, 403);
});

test('pictures are not served to anyone, and not by made-up names', async () => {
  const stored = await add(distinct(fixture('plain.jpg'), 'private'));
  const path = `/job/image/${job}/${stored.filename}`;
  assertRefused(await server.anonymous().get(path), 401);
  assertRefused(await tina.get(`/job/image/${job + 1000}/${stored.filename}`), 404);
  for (const name of ['img_20200101_000000_abcdef.jpg', '..%2f..%2fsightglass.db', '%2e%2e', `thumbnails%2f${stored.filename}`, '%00', stored.filename.toUpperCase()]) {
    assertRefused(await tina.get(`/job/image/${job}/${name}`), [400, 404]);
  }
  assertRefused(await tina.get(`${path}?thumbnail=maybe`), 422, 'thumbnail');
});
