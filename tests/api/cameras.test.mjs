import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { nowhere } from './support/findings.mjs';
import { watchCamera } from './support/live.mjs';
import { password, startServer } from './support/server.mjs';

const cameras = '/api/v1/cameras';
let server;
let administrator;
let operator;
let technician;
let viewer;
let bench;
before(async () => {
  server = await startServer();
  administrator = await server.as('administrator', 'ada');
  operator = await server.as('operator', 'olga');
  technician = await server.as('technician', 'tim');
  viewer = await server.as('viewer', 'vera');
});
after(() => server?.stop());

async function until(look, holds) {
  for (;;) {
    const { body } = await look();
    if (holds(body)) return body;
    await new Promise((done) => setTimeout(done, 50));
  }
}
const untilReady = (id) => until(() => viewer.get(`${cameras}/${id}`), ({ status }) => status?.identity);
const capture = (who, wish = {}) => who.post('/api/v1/camera/capture', wish);

// From this machine, without credentials, as a program does.
function plainly(body, headers = {}) {
  const { hostname, port } = new URL(server.base);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path: '/capture', method: 'POST', headers: { 'Content-Type': 'application/json', ...headers } };
    const sent = httpRequest(options, async (answer) => {
      let text = '';
      for await (const piece of answer) text += piece;
      resolve({ status: answer.statusCode, body: JSON.parse(text) });
    });
    sent.on('error', reject).end(JSON.stringify(body));
  });
}

test('without a camera nothing stands in for one', async () => {
  assert.deepEqual((await viewer.get(cameras)).body.results, []);
  assertRefused(await capture(technician), 503);
  assert.equal((await plainly({})).status, 503);
  assert.deepEqual((await viewer.get('/health')).body.camera, { status: 'not_configured', configured: 0, ready: 0 });
});

test('an administrator configures a camera, and it says what it is', async () => {
  const { status, body } = await administrator.post(cameras, { name: 'bench', driver: 'simulated', address: 'scene:belt?seed=7' });
  assert.equal(status, 201, JSON.stringify(body));
  assert.deepEqual([body.simulated, body.enabled, body.driver], [true, true, 'simulated']);
  bench = await untilReady(body.id);
  assert.ok(bench.status.capabilities.exposure_ms.most > bench.status.capabilities.exposure_ms.least);
  assert.ok(bench.status.identity.serial);
  await until(() => viewer.get('/health'), ({ camera }) => camera.status === 'ok' && camera.ready === 1);
  assert.deepEqual((await viewer.get(cameras)).body.results.map(({ name }) => name), ['bench']);
});

test('bad fields are named, names are taken once, and only administrators say where cameras are', async () => {
  for (const [fields, field] of [
    [{ driver: 'simulated', address: 'scene:belt' }, 'name'],
    [{ name: '', driver: 'simulated', address: 'scene:belt' }, 'name'],
    [{ name: 'a', driver: 'odd', address: 'scene:belt' }, 'driver'],
    [{ name: 'a', address: 'scene:belt' }, 'driver'],
    [{ name: 'a', driver: 'simulated', address: 'scene:nothing' }, 'address'],
    [{ name: 'a', driver: 'simulated', address: 'scene:belt?lost=2' }, 'address'],
    [{ name: 'a', driver: 'simulated', address: 'scene:belt', settings: { pixel_format: 'Mono7' } }, 'pixel_format'],
    [{ name: 'a', driver: 'simulated', address: 'scene:belt', settings: { exposure_ms: -1 } }, 'exposure_ms'],
    [{ name: 'a', driver: 'simulated', address: 'scene:belt', odd: 1 }, 'odd'],
  ])
    assertRefused(await administrator.post(cameras, fields), 422, field);
  assertRefused(await administrator.post(cameras, { name: 'bench', driver: 'simulated', address: 'scene:belt' }), 409, 'name');
  assertRefused(await operator.post(cameras, { name: 'b', driver: 'simulated', address: 'scene:belt' }), 403);
  assertRefused(await operator.patch(`${cameras}/${bench.id}`, { address: 'scene:meter' }), 403);
  assertRefused(await viewer.patch(`${cameras}/${bench.id}`, { settings: { gain: 1 } }), 403);
  assertRefused(await viewer.get(`${cameras}/${nowhere}`), 404);
});

test('an operator sets the exposure, and a value outside its range is refused with the range', async () => {
  const { least, most } = bench.status.capabilities.exposure_ms;
  const refused = await operator.patch(`${cameras}/${bench.id}`, { settings: { exposure_ms: most * 2 } });
  assertRefused(refused, 422, 'exposure_ms');
  assert.ok(refused.body.error.message.includes(String(most)), refused.body.error.message);
  const wanted = (least + most) / 50;
  assert.equal((await operator.patch(`${cameras}/${bench.id}`, { settings: { exposure_ms: wanted } })).status, 200);
  const { status, settings } = await until(
    () => viewer.get(`${cameras}/${bench.id}`),
    (body) => body.status.settings.exposure_ms !== bench.status.settings.exposure_ms,
  );
  assert.equal(settings.exposure_ms, wanted);
  assert.ok(Math.abs(status.settings.exposure_ms - wanted) < 0.01 * wanted + 0.01);
});

test('a picture is taken with its own exposure, kept as a photo, and says that it is made up', async () => {
  const { status, body } = await capture(technician, { exposure: 5, gain: 3, x: 1.5, y: -2, camera: 'bench' });
  assert.equal(status, 200, JSON.stringify(body));
  assert.match(body.filename, /^capture_\d{8}_\d{6}_\d{3}\.jpg$/);
  assert.deepEqual([body.success, body.databaseSaved, body.exposureTime, body.gain], [true, true, 5, 3]);
  assert.deepEqual([body.metadata.format, body.metadata.quality, body.metadata.cameraConnected, body.metadata.simulatedMode], ['JPG', 95, true, true]);
  const { body: photo } = await technician.get(`/api/v1/images/photos/${body.imageId}/`);
  assert.deepEqual([photo.width, photo.height, photo.source], [body.width, body.height, 'camera']);
  assert.equal(new Date(photo.taken_at).getTime(), new Date(body.capturedAt).getTime());
  assert.equal(photo.exposure_seconds, 0.005);
  const { capture: known } = photo;
  assert.deepEqual([known.camera, known.x, known.y, known.z, known.exposure_ms, known.simulated], ['bench', 1.5, -2, null, 5, true]);
  const original = await technician.get(`/api/v1/images/photos/${body.imageId}/original`);
  assert.equal(original.body.length, body.fileSize);
});

test('what cannot be is refused, naming the field and the range', async () => {
  for (const [wish, field] of [
    [{ exposure: 1e8 }, 'exposure'],
    [{ exposure: -1 }, 'exposure'],
    [{ gain: 1e5 }, 'gain'],
    [{ camera: 'nobody' }, 'camera'],
    [{ format: 'gif' }, 'format'],
    [{ quality: 0 }, 'quality'],
    [{ job_id: 4711 }, 'job_id'],
    [{ x: 'left' }, 'x'],
    [{ odd: 1 }, 'odd'],
  ])
    assertRefused(await capture(technician, wish), 422, field);
  assertRefused(await capture(viewer), 403);
});

test('a picture for a job is one of its photos, and somebody else sees neither', async () => {
  const job = (await technician.post('/api/v1/jobs', { title: 'Casting 7' })).body;
  const { body } = await capture(technician, { job_id: job.id });
  const { body: photo } = await technician.get(`/api/v1/images/photos/${body.imageId}/`);
  assert.equal(photo.job_id, job.id);
  const other = await server.as('technician', 'theo');
  assertRefused(await other.get(`/api/v1/images/photos/${body.imageId}/`), 404);
  assertRefused(await capture(other, { job_id: job.id }), 422, 'job_id');
});

test('several who ask at once are served one after the other, and no two names are the same', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => capture(operator)));
  assert.deepEqual(answers.map(({ status }) => status), Array(12).fill(200));
  assert.equal(new Set(answers.map(({ body }) => body.filename)).size, 12);
  assert.equal(new Set(answers.map(({ body }) => body.metadata.frameNumber)).size, 12);
});

test('lossless and deep pictures are kept as they were taken', async () => {
  const png = await capture(operator, { format: 'png' });
  assert.deepEqual([png.status, png.body.metadata.format, png.body.metadata.quality], [200, 'PNG', null]);
  const bytes = (await operator.get(`/api/v1/images/photos/${png.body.imageId}/original`)).body;
  assert.equal(bytes.subarray(1, 4).toString('latin1'), 'PNG');
  const tiff = await capture(operator, { format: 'tiff' });
  assert.deepEqual([tiff.status, tiff.body.metadata.format], [200, 'TIFF']);
});

test('a program on this machine needs no credentials; a browser, a proxy and another host do', async () => {
  const { status, body } = await plainly({ exposure: 4, gain: 0 });
  assert.equal(status, 200, JSON.stringify(body));
  assert.ok(!('imageId' in body) && !('databaseSaved' in body));
  assert.deepEqual([body.success, body.exposureTime], [true, 4]);
  for (const headers of [{ Origin: 'http://evil.example' }, { 'X-Forwarded-For': '192.0.2.7' }, { Host: 'evil.example' }, { Authorization: 'Bearer nonsense' }])
    assert.equal((await plainly({}, headers)).status, 401, JSON.stringify(headers));
  assert.equal((await technician.post('/capture', {})).status, 200);
  assertRefused(await viewer.post('/capture', {}), 403);
});

test('what the camera sees is shown live, with its histogram', async () => {
  const abort = new AbortController();
  const answer = await fetch(`${server.base}${cameras}/${bench.id}/live?side=320&rate=20`, {
    headers: { Authorization: `Bearer ${viewer.token}` },
    signal: abort.signal,
  });
  assert.match(answer.headers.get('content-type'), /^multipart\/x-mixed-replace; boundary=/);
  const numbers = [];
  let text = '';
  for await (const piece of answer.body) {
    text += Buffer.from(piece).toString('latin1');
    numbers.splice(0, Infinity, ...[...text.matchAll(/X-Frame-Number: (\d+)/g)].map(([, number]) => Number(number)));
    if (numbers.length >= 5) break;
  }
  abort.abort();
  assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
  assert.ok(text.includes('\xff\xd8\xff'));
  const { body } = await viewer.get(`${cameras}/${bench.id}/live/measures?side=320`);
  assert.ok(Math.abs(body.histogram.reduce((sum, share) => sum + share, 0) - 1) < 1e-6);
  assert.ok(body.width <= 320 && body.simulated && body.focus > 0);
  const picture = await viewer.get(`${cameras}/${bench.id}/live/picture?side=64`);
  assert.equal(picture.body.subarray(0, 3).toString('hex'), 'ffd8ff');
  assertRefused(await viewer.get(`${cameras}/${bench.id}/live/measures?side=63`), 422, 'side');
});

test('the same comes over a WebSocket, a picture in each message', async () => {
  const five = ({ length }) => length >= 5;
  const { pictures } = await watchCamera(server, bench.id, { token: viewer.token, query: '?side=320&rate=30', enough: five });
  for (const { data, isBinary } of pictures) {
    assert.ok(isBinary);
    assert.equal(data.subarray(0, 3).toString('hex'), 'ffd8ff');
    assert.equal(data.subarray(-2).toString('hex'), 'ffd9');
  }
  const refused = async (id, options) => (await watchCamera(server, id, { enough: five, ...options })).status;
  assert.equal(await refused(bench.id, {}), 401);
  assert.equal(await refused(nowhere, { token: viewer.token }), 404);
  assert.equal(await refused(bench.id, { token: viewer.token, query: '?rate=0' }), 422);
  // A page of another site has the cookie sent along by the browser.
  const session = await server.anonymous().post('/api/v1/auth/session', { username: 'vera', password });
  const headers = { cookie: session.headers.get('set-cookie').split(';')[0], origin: 'http://elsewhere.example' };
  assert.equal(await refused(bench.id, { headers }), 403);
});

test('who signs out while watching over a WebSocket sees no more', async () => {
  const session = await server.anonymous().post('/api/v1/auth/session', { username: 'vera', password });
  const cookie = session.headers.get('set-cookie').split(';')[0];
  let isSignedOut = false;
  const { code, pictures } = await watchCamera(server, bench.id, {
    headers: { cookie, origin: server.base },
    enough: ({ length }) => {
      if (length === 1 && !isSignedOut) {
        isSignedOut = true;
        void server.anonymous().delete('/api/v1/auth/session/', { cookie, origin: server.base, 'X-CSRF-Token': session.body.csrf_token });
      }
      return false;
    },
  });
  assert.equal(code, 4401);
  assert.ok(pictures.length >= 1);
});

test('four tries, then the error says what went wrong; a camera that is gone is 503', async () => {
  const broken = (await administrator.post(cameras, { name: 'broken', driver: 'simulated', address: 'scene:gradient?incomplete=1' })).body;
  await untilReady(broken.id);
  const answer = await fetch(`${server.base}/api/v1/camera/capture`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${operator.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ camera: 'broken' }),
  });
  assert.equal(answer.status, 500);
  const after = (await viewer.get(`${cameras}/${broken.id}`)).body.status.counters;
  assert.deepEqual([after.failed_captures, after.failed >= 4], [1, true]);
  // One that nobody can reach: the server is up all the same.
  const lost = (await administrator.post(cameras, { name: 'lost', driver: 'simulated', address: 'scene:gradient?busy_for=3600' })).body;
  await until(() => viewer.get('/health'), ({ status, camera }) => status === 'ok' && camera.status === 'degraded');
  assertRefused(await capture(operator, { camera: 'lost' }), 503);
  assert.equal((await administrator.delete(`${cameras}/${lost.id}`)).status, 204);
  assert.equal((await administrator.patch(`${cameras}/${broken.id}`, { enabled: false })).body.status, null);
  assertRefused(await capture(operator, { camera: 'broken' }), 503);
  assert.equal((await administrator.delete(`${cameras}/${broken.id}`)).status, 204);
  assertRefused(await capture(operator, { camera: 'broken' }), 422, 'camera');
});

test('settings that a camera refuses leave it faulted until they are put right, also while it is away', async () => {
  const wrong = { name: 'wrong', driver: 'simulated', address: 'scene:gradient', settings: { exposure_ms: 1e8 } };
  const { id } = (await administrator.post(cameras, wrong)).body;
  await until(() => viewer.get(`${cameras}/${id}`), ({ status }) => status?.state === 'faulted');
  assert.equal((await operator.patch(`${cameras}/${id}`, { settings: { exposure_ms: 4 } })).status, 200);
  const { status } = await until(() => viewer.get(`${cameras}/${id}`), (body) => body.status?.state === 'idle');
  assert.equal(status.settings.exposure_ms, 4);
  assert.equal((await capture(operator, { camera: 'wrong' })).body.exposureTime, 4);
  assert.equal((await administrator.delete(`${cameras}/${id}`)).status, 204);
});

test('a camera that is forgotten leaves its pictures, and what it was called', async () => {
  const { body } = await capture(technician);
  assert.equal((await administrator.delete(`${cameras}/${bench.id}`)).status, 204);
  assert.equal((await technician.get(`/api/v1/images/photos/${body.imageId}/`)).body.capture.camera, 'bench');
  assertRefused(await capture(technician), 503);
});
