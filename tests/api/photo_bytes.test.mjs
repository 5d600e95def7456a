import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { fixture, hasExif, jpegSize } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

let server;
let tina;
let photo;
let paths;
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
  const job = (await tina.newJob()).id;
  const { body } = await tina.addToJob(job, fixture('orientation_6.jpg'));
  photo = await tina.newPhoto(fixture('orientation_8.jpg'));
  const at = `/api/v1/images/photos/${photo.id}`;
  paths = [`/job/image/${job}/${body.filename}`, `/job/image/${job}/${body.filename}?thumbnail=true`];
  paths.push(`${at}/original`, `${at}/display/`, `${at}/thumbnail`);
});
after(() => server?.stop());

test('the original is the very file that was sent', async () => {
  const answer = await tina.get(photo.original_url);
  assert.equal(answer.status, 200);
  assert.ok(answer.bytes.equals(fixture('orientation_8.jpg')));
});

test('derived pictures are upright and tell no position', async () => {
  for (const url of [photo.display_url, photo.thumbnail_url]) {
    const { bytes } = await tina.get(url);
    assert.deepEqual(jpegSize(bytes), { width: 160, height: 120 });
    assert.equal(hasExif(bytes), false);
  }
});

test('pictures carry what caches need, and nothing that lets a browser guess', async () => {
  for (const path of paths) {
    const { status, headers, bytes } = await tina.get(path);
    assert.equal(status, 200, path);
    assert.match(headers.get('etag'), /^(W\/)?"[^"]+"$/);
    assert.ok(Date.parse(headers.get('last-modified')) > 0);
    assert.match(headers.get('cache-control'), /private/);
    assert.equal(headers.get('accept-ranges'), 'bytes');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(Number(headers.get('content-length')), bytes.length);
  }
});

test('HEAD says the same without the bytes', async () => {
  for (const path of paths) {
    const whole = await tina.get(path);
    const head = await tina.head(path);
    assert.equal(head.status, 200);
    assert.equal(head.bytes.length, 0);
    assert.equal(head.headers.get('content-length'), String(whole.bytes.length));
    assert.equal(head.headers.get('etag'), whole.headers.get('etag'));
  }
});

test('an unchanged picture is 304', async () => {
  for (const path of paths) {
    const { headers } = await tina.get(path);
    const etag = headers.get('etag');
    for (const condition of [{ 'If-None-Match': etag }, { 'If-None-Match': `"x", ${etag}` }, { 'If-None-Match': '*' }, { 'If-Modified-Since': headers.get('last-modified') }]) {
      const answer = await tina.get(path, condition);
      assert.equal(answer.status, 304, `${path} ${JSON.stringify(condition)}`);
      assert.equal(answer.bytes.length, 0);
    }
    assert.equal((await tina.get(path, { 'If-None-Match': '"other"' })).status, 200);
  }
});

test('ranges are answered with exactly those bytes', async () => {
  for (const path of paths) {
    const { bytes: whole, headers } = await tina.get(path);
    const size = whole.length;
    for (const [range, from, to] of [['bytes=0-9', 0, 9], ['bytes=10-', 10, size - 1], ['bytes=-7', size - 7, size - 1], [`bytes=5-${size * 2}`, 5, size - 1]]) {
      const part = await tina.get(path, { Range: range });
      assert.equal(part.status, 206, `${path} ${range}`);
      assert.equal(part.headers.get('content-range'), `bytes ${from}-${to}/${size}`);
      assert.ok(part.bytes.equals(whole.subarray(from, to + 1)));
    }
    const past = await tina.get(path, { Range: `bytes=${size}-` });
    assert.equal(past.status, 416);
    assert.equal(past.headers.get('content-range'), `bytes */${size}`);
    assert.equal((await tina.get(path, { Range: 'bytes=0-4', 'If-Range': headers.get('etag') })).status, 206);
    assert.equal((await tina.get(path, { Range: 'bytes=0-4', 'If-Range': '"old"' })).status, 200);
  }
});

test('ranges that make no sense give the whole picture', async () => {
  for (const range of ['bytes=9-1', 'lines=1-2', 'bytes=', 'bytes=a-b', 'x']) {
    const answer = await tina.get(paths[0], { Range: range });
    assert.ok([200, 416].includes(answer.status), `${range}: ${answer.status}`);
  }
});

test('pictures of photos that are not there, or not for this caller, are 404', async () => {
  const otto = await server.as('technician', 'otto');
  for (const variant of ['original', 'display', 'thumbnail']) {
    assertRefused(await tina.get(`/api/v1/images/photos/018f0000-0000-7000-8000-000000000000/${variant}`), 404);
    assertRefused(await tina.get(`/api/v1/images/photos/x/${variant}`), 404);
    assertRefused(await otto.get(`/api/v1/images/photos/${photo.id}/${variant}`), 404);
    assertRefused(await server.anonymous().get(`/api/v1/images/photos/${photo.id}/${variant}`), 401);
  }
});
