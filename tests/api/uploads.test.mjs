import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { patience, startServer } from './support/server.mjs';

const all = '/api/v1/uploads';
const small = fixture('orientation_6.jpg');
let server;
let technician;
let colleague;
let count = 0;
before(async () => {
  server = await startServer({ 'uploads.max_open_per_user': 40 });
  technician = await server.as('technician', 'tom');
  colleague = await server.as('technician', 'tina');
});
after(() => server?.stop());

const base64 = (text) => Buffer.from(text).toString('base64');
const digest = (kind, bytes, encoding) => createHash(kind).update(bytes).digest(encoding);
const sha256 = (bytes) => digest('sha256', bytes, 'hex');
const metadataOf = (fields) => Object.entries(fields).map(([name, value]) => `${name} ${base64(String(value))}`).join(',');
const tus = { 'Tus-Resumable': '1.0.0' };
const octets = { 'Content-Type': 'application/offset+octet-stream' };
const fresh = () => distinct(small, `upload ${(count += 1)}`);

function create(who, bytes, fields = { filename: 'pump.jpg' }, extra = {}) {
  const headers = { ...tus, 'Upload-Length': String(bytes.length), 'Upload-Metadata': metadataOf(fields), ...extra };
  return who.request('POST', all, { headers });
}
async function begun(who, bytes, fields, extra) {
  const answer = await create(who, bytes, fields, extra);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.headers.get('location');
}
const send = (who, at, offset, bytes, extra = {}) =>
  who.request('PATCH', at, { headers: { ...tus, ...octets, 'Upload-Offset': String(offset), ...extra }, body: bytes });
const offsetOf = async (who, at) => Number((await who.head(at, tus)).headers.get('upload-offset'));
async function stateOf(who, at) {
  const { status, body } = await who.get(at);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}
async function originalOf(who, photo) {
  const { status, bytes } = await who.get(`/api/v1/images/photos/${photo}/original`);
  assert.equal(status, 200);
  return bytes;
}
async function photosWith(who, bytes) {
  const { body } = await who.get('/api/v1/images/photos/?limit=500');
  return body.results.filter((photo) => photo.sha256 === sha256(bytes));
}

// Sends a PATCH that announces all of `bytes` and breaks the line after `part` of them.
function sendAndCut(at, offset, bytes, part, headers = {}) {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', reject).on('close', resolve);
    const lines = { Host: 'x', Authorization: `Bearer ${technician.token}`, ...tus, ...octets, ...headers };
    const head = Object.entries({ ...lines, 'Upload-Offset': offset, 'Content-Length': bytes.length });
    socket.write(`PATCH ${at} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    socket.write(bytes.subarray(0, part), () => setTimeout(() => socket.destroy(), 50));
  });
}
// Until the server has noticed that the sender is gone.
async function settledOffset(at) {
  for (let tries = 0; tries < 200 * patience; tries += 1) {
    const probe = await send(technician, at, 2 ** 40, Buffer.alloc(0));
    if (probe.status === 409) return offsetOf(technician, at);
    assert.equal(probe.status, 423, JSON.stringify(probe.body));
    await pause(20);
  }
  throw new Error('the upload stays locked');
}

test('the server says what it speaks', async () => {
  const { status, headers } = await server.anonymous().request('OPTIONS', all);
  assert.equal(status, 204);
  assert.equal(headers.get('tus-version'), '1.0.0');
  assert.equal(headers.get('tus-extension'), 'creation,creation-with-upload,checksum,expiration,termination');
  assert.equal(headers.get('tus-checksum-algorithm'), 'sha1,sha256');
  assert.equal(Number(headers.get('tus-max-size')), 50 * 2 ** 20);
});

test('a picture in pieces becomes a photo with its bytes and its words', async () => {
  const bytes = fresh();
  const job = await technician.newJob();
  const fields = { filename: 'pump.jpg', kind: 'job', job_id: job.id, description: 'Pümpe', tags: 'a, b', sha256: sha256(bytes) };
  const at = await begun(technician, bytes, fields);
  for (let offset = 0; offset < bytes.length; offset += 1000) {
    assert.equal(await offsetOf(technician, at), offset);
    const piece = bytes.subarray(offset, offset + 1000);
    const { status, headers } = await send(technician, at, offset, piece);
    assert.equal(status, 204);
    assert.equal(Number(headers.get('upload-offset')), offset + piece.length);
    assert.ok(Date.parse(headers.get('upload-expires')) > Date.now());
    assert.equal(headers.get('tus-resumable'), '1.0.0');
  }
  const state = await stateOf(technician, at);
  assert.equal(state.state, 'stored');
  assert.ok(at.endsWith(state.photo), 'the photo has the id of the upload');
  const { body: photo } = await technician.get(`/api/v1/images/photos/${state.photo}`);
  assert.deepEqual(
    [photo.kind, photo.job_id, photo.description, photo.tags, photo.original_filename, photo.source],
    ['job', job.id, 'Pümpe', ['a', 'b'], 'pump.jpg', 'job_upload'],
  );
  assert.ok(bytes.equals(await originalOf(technician, state.photo)));
});

test('HEAD tells length, offset and metadata, and is not remembered by caches', async () => {
  const bytes = fresh();
  const at = await begun(technician, bytes, { filename: 'a.jpg' });
  const { status, headers, bytes: body } = await technician.head(at, tus);
  assert.deepEqual([status, body.length], [200, 0]);
  assert.equal(headers.get('upload-length'), String(bytes.length));
  assert.equal(headers.get('upload-metadata'), metadataOf({ filename: 'a.jpg' }));
  assert.equal(headers.get('cache-control'), 'no-store');
});

test('a creation may bring the file along', async () => {
  const bytes = fresh();
  const headers = { ...tus, ...octets, 'Upload-Length': String(bytes.length) };
  const whole = await technician.request('POST', all, { headers, body: bytes });
  assert.equal(whole.status, 201);
  assert.equal(Number(whole.headers.get('upload-offset')), bytes.length);
  assert.equal((await stateOf(technician, whole.headers.get('location'))).state, 'stored');
  const part = await technician.request('POST', all, { headers, body: bytes.subarray(0, 10) });
  assert.equal(Number(part.headers.get('upload-offset')), 10);
  assert.equal(await offsetOf(technician, part.headers.get('location')), 10);
});

test('the position of the sender stands in where the picture says none', async () => {
  const bytes = distinct(fixture('plain.jpg'), 'without a position');
  const at = await begun(technician, bytes, { filename: 'p.jpg', latitude: '47.5', longitude: '8.25', altitude: '400' });
  await send(technician, at, 0, bytes);
  const { photo } = await stateOf(technician, at);
  const { body } = await technician.get(`/api/v1/images/photos/${photo}`);
  assert.deepEqual([body.latitude, body.longitude, body.altitude], [47.5, 8.25, 400]);
});

test('a cut line keeps what came, to the byte', async () => {
  const bytes = Buffer.concat([fresh(), Buffer.alloc(700_000, 7)]);
  const at = await begun(technician, bytes);
  await sendAndCut(at, 0, bytes, 300_001);
  const offset = await settledOffset(at);
  assert.equal(offset, 300_001);
  await sendAndCut(at, offset, bytes.subarray(offset), 5);
  assert.equal(await settledOffset(at), 300_006);
  assert.equal((await send(technician, at, 300_006, bytes.subarray(300_006))).status, 204);
  const { photo } = await stateOf(technician, at);
  assert.ok(bytes.equals(await originalOf(technician, photo)));
});

test('a wrong offset is 409 and names the right one', async () => {
  const bytes = fresh();
  const at = await begun(technician, bytes);
  await send(technician, at, 0, bytes.subarray(0, 10));
  assertRefused(await send(technician, at, 0, bytes), 409, 'Upload-Offset');
  assertRefused(await send(technician, at, 11, bytes.subarray(11)), 409, 'Upload-Offset');
  assert.equal(await offsetOf(technician, at), 10);
});

test('a second writer is 423 while the first is at it', async () => {
  const bytes = fresh();
  const at = await begun(technician, bytes);
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  const lines = { Host: 'x', Authorization: `Bearer ${technician.token}`, ...tus, ...octets };
  const head = Object.entries({ ...lines, 'Upload-Offset': 0, 'Content-Length': bytes.length });
  socket.write(`PATCH ${at} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\nfirst`);
  let second;
  for (let tries = 0; tries < 200 && second?.status !== 423; tries += 1) {
    await pause(10);
    second = await send(technician, at, 2 ** 40, Buffer.alloc(0));
  }
  assertRefused(second, 423);
  assert.equal(second.body.error.code, 'locked');
  assertRefused(await technician.delete(at, tus), 423);
  socket.destroy();
  assert.equal(await settledOffset(at), 5);
});

test('each piece may carry a checksum, and is kept whole or not at all', async () => {
  const bytes = fresh();
  const at = await begun(technician, bytes);
  const wrong = { 'Upload-Checksum': `sha1 ${digest('sha1', 'other', 'base64')}` };
  const refused = await send(technician, at, 0, bytes.subarray(0, 100), wrong);
  assertRefused(refused, 460);
  assert.equal(refused.body.error.code, 'checksum_mismatch');
  assert.equal(await offsetOf(technician, at), 0);
  const first = bytes.subarray(0, 100);
  const right = { 'Upload-Checksum': `sha1 ${digest('sha1', first, 'base64')}` };
  assert.equal((await send(technician, at, 0, first, right)).status, 204);
  const rest = bytes.subarray(100);
  await sendAndCut(at, 100, rest, 200, { 'Upload-Checksum': `sha256 ${digest('sha256', rest, 'base64')}` });
  assert.equal(await settledOffset(at), 100, 'nobody can vouch for part of it');
  assertRefused(await send(technician, at, 100, rest, { 'Upload-Checksum': 'md5 abcd' }), 400);
  const last = { 'Upload-Checksum': `sha256 ${digest('sha256', rest, 'base64')}` };
  assert.equal((await send(technician, at, 100, rest, last)).status, 204);
  const { photo } = await stateOf(technician, at);
  assert.ok(bytes.equals(await originalOf(technician, photo)));
});

test('a file that is not the announced one is refused as a whole', async () => {
  const bytes = fresh();
  const at = await begun(technician, bytes, { filename: 'a.jpg', sha256: sha256('another') });
  assertRefused(await send(technician, at, 0, bytes), 460);
  const state = await stateOf(technician, at);
  assert.deepEqual([state.state, state.photo, state.problem.code], ['refused', null, 'checksum_mismatch']);
  assertRefused(await send(technician, at, bytes.length, Buffer.alloc(0)), 460);
  assert.equal((await photosWith(technician, bytes)).length, 0);
});

test('what is no picture is refused, and the upload says why', async () => {
  const bytes = Buffer.from('this is no picture at all');
  const at = await begun(technician, bytes);
  assertRefused(await send(technician, at, 0, bytes), 415);
  const state = await stateOf(technician, at);
  assert.equal(state.state, 'refused');
  assert.equal(state.problem.code, 'unsupported_format');
  assert.ok(state.problem.message.length > 0);
});

test('the last request may be repeated, also at once, and makes one photo', async () => {
  const bytes = fresh();
  const at = await begun(technician, bytes);
  const half = Math.floor(bytes.length / 2);
  await send(technician, at, 0, bytes.subarray(0, half));
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(technician, at, half, bytes.subarray(half))));
  assert.equal(answers.filter(({ status }) => status === 204).length, 1);
  for (const { status } of answers) assert.ok([204, 409, 423].includes(status), `${status}`);
  const again = await send(technician, at, bytes.length, Buffer.alloc(0));
  assert.deepEqual([again.status, Number(again.headers.get('upload-offset'))], [204, bytes.length]);
  assert.equal((await photosWith(technician, bytes)).length, 1);
});

test('duplicates are said, and stored only when wanted', async () => {
  const bytes = fresh();
  const first = await technician.newPhoto(bytes);
  const again = await begun(technician, bytes, { filename: 'a.jpg', skip_duplicate: 'true' });
  assert.equal((await send(technician, again, 0, bytes)).status, 204);
  const said = await stateOf(technician, again);
  assert.deepEqual([said.state, said.photo, said.duplicate_of], ['stored', first.id, first.id]);
  assert.equal((await photosWith(technician, bytes)).length, 1);
  const wanted = await begun(technician, bytes, { filename: 'a.jpg' });
  await send(technician, wanted, 0, bytes);
  const stored = await stateOf(technician, wanted);
  assert.equal(stored.duplicate_of, first.id);
  assert.notEqual(stored.photo, first.id);
  const foreign = await begun(colleague, bytes, { filename: 'a.jpg', skip_duplicate: 'true' });
  await send(colleague, foreign, 0, bytes);
  const hidden = await stateOf(colleague, foreign);
  assert.ok(foreign.endsWith(hidden.photo), 'another technician’s photo is not seen, and so not met');
  assert.equal(hidden.duplicate_of, null);
});

test('a picture whose copy lies in the trash is stored', async () => {
  const bytes = fresh();
  const thrown = await technician.newPhoto(bytes);
  assert.equal((await technician.post(`/api/v1/images/photos/${thrown.id}/trash`)).status, 204);
  const at = await begun(technician, bytes, { filename: 'a.jpg', skip_duplicate: 'true' });
  await send(technician, at, 0, bytes);
  const state = await stateOf(technician, at);
  assert.deepEqual([state.state, at.endsWith(state.photo)], ['stored', true]);
});

test('others do not see an upload', async () => {
  const bytes = fresh();
  const at = await begun(technician, bytes);
  const administrator = await server.as('administrator');
  for (const other of [colleague, administrator]) {
    assertRefused(await other.get(at), 404);
    assert.equal((await other.head(at, tus)).status, 404);
    assertRefused(await send(other, at, 0, bytes), 404);
    assertRefused(await other.delete(at, tus), 404);
  }
  const viewer = await server.as('viewer');
  assertRefused(await create(viewer, bytes), 403);
});

test('an upload may be given up', async () => {
  const at = await begun(technician, fresh());
  await send(technician, at, 0, small.subarray(0, 10));
  assert.equal((await technician.delete(at, tus)).status, 204);
  assertRefused(await technician.get(at), 404);
  assertRefused(await technician.delete(at, tus), 404);
});

test('a proxy that knows only POST is no obstacle', async () => {
  const bytes = fresh();
  const at = await begun(technician, bytes);
  const override = (method, headers, body) =>
    technician.request('POST', at, { headers: { ...tus, ...headers, 'X-HTTP-Method-Override': method }, body });
  assert.equal((await override('PATCH', { ...octets, 'Upload-Offset': '0' }, bytes.subarray(0, 10))).status, 204);
  assert.equal(await offsetOf(technician, at), 10);
  assertRefused(await override('GET', {}), 400);
  assert.equal((await override('DELETE', {})).status, 204);
});

test('bad headers are named and leave nothing', async () => {
  const make = (headers, body) => technician.request('POST', all, { headers: { ...tus, ...headers }, body });
  assertRefused(await make({}), 400);
  assertRefused(await make({ 'Upload-Length': '-1' }), 400);
  assertRefused(await make({ 'Upload-Length': '1e3' }), 400);
  assertRefused(await make({ 'Upload-Length': '0' }), 400);
  assertRefused(await make({ 'Upload-Defer-Length': '1' }), 400);
  assertRefused(await make({ 'Upload-Length': '10', 'Upload-Concat': 'partial' }), 400);
  assertRefused(await make({ 'Upload-Length': '10', 'Upload-Metadata': 'filename ???' }), 400);
  assertRefused(await make({ 'Upload-Length': String(50 * 2 ** 20 + 1) }), 413);
  assertRefused(await make({ 'Upload-Length': '10', 'Upload-Metadata': metadataOf({ job_id: '999999' }) }), 422, 'job_id');
  assertRefused(await make({ 'Upload-Length': '10', 'Upload-Metadata': metadataOf({ colour: 'red' }) }), 422, 'colour');
  assertRefused(await make({ 'Upload-Length': '10', ...octets }, Buffer.alloc(11)), 413);
  assertRefused(await make({ 'Upload-Length': '10', 'Content-Type': 'text/plain' }, Buffer.alloc(5)), 415);
  const old = await technician.request('POST', all, { headers: { 'Tus-Resumable': '0.2.2', 'Upload-Length': '10' } });
  assertRefused(old, 412);
  assert.equal(old.headers.get('tus-version'), '1.0.0');
  const at = await begun(technician, fresh());
  assertRefused(await technician.request('PATCH', at, { headers: { ...tus, ...octets }, body: 'x' }), 400);
  assertRefused(await send(technician, at, 0, small, { 'Content-Type': 'image/jpeg' }), 415);
  assertRefused(await send(technician, at, 0, Buffer.alloc(small.length + 1000)), 413);
  assert.equal(await offsetOf(technician, at), 0);
});

test('a user leaves only so many uploads unfinished', async () => {
  const keeper = await server.as('technician', 'karl');
  for (let i = 0; i < 40; i += 1) await begun(keeper, fresh());
  assertRefused(await create(keeper, fresh()), 429);
  await begun(colleague, fresh());
});

test('kill -9 in the middle loses no acknowledged byte, and nothing is taken in twice', async () => {
  const bytes = Buffer.concat([fresh(), Buffer.alloc(4_000_000, 9)]);
  const at = await begun(technician, bytes, { filename: 'k.jpg', sha256: sha256(bytes) });
  await send(technician, at, 0, bytes.subarray(0, 1_000_000));
  await sendAndCut(at, 1_000_000, bytes.subarray(1_000_000), 1_500_000).catch(() => undefined);
  await server.kill();
  await server.start();
  const offset = await offsetOf(technician, at);
  assert.ok(offset >= 1_000_000 && offset <= 2_500_000, `${offset}`);
  const folder = join(server.data, 'incoming', 'uploads');
  assert.ok(readdirSync(folder).some((name) => at.endsWith(name.replace('.bytes', ''))));
  // Killed again and again while the last piece is taken in, until the answer comes.
  let acknowledged = false;
  for (let round = 0; round < 12 && !acknowledged; round += 1) {
    const from = await offsetOf(technician, at);
    const sent = send(technician, at, from, bytes.subarray(from)).catch(() => null);
    await pause(5 + round * 15);
    await server.kill();
    acknowledged = (await sent)?.status === 204;
    await server.start();
  }
  const from = await offsetOf(technician, at);
  if ((await stateOf(technician, at)).state === 'receiving') {
    assert.equal((await send(technician, at, from, bytes.subarray(from))).status, 204);
  }
  const { state, photo } = await stateOf(technician, at);
  assert.equal(state, 'stored');
  assert.ok(bytes.equals(await originalOf(technician, photo)));
  assert.equal((await photosWith(technician, bytes)).length, 1);
});
