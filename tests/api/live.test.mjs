// The live channel over real WebSockets.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { listen, refusal } from './support/live.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { password, startServer } from './support/server.mjs';

const photos = '/api/v1/images/photos/';
const picture = (name) => distinct(fixture('plain.jpg'), name);

let server;
let tina;
let otto;
let viewer;
let operator;
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
  otto = await server.as('technician', 'otto');
  viewer = await server.as('viewer');
  operator = await server.as('operator');
});
after(() => server?.stop());

async function connections() {
  const { body } = await server.anonymous().get('/metrics');
  return Number(/^sightglass_live_connections (\d+)$/m.exec(body)[1]);
}

// A browser's sign-in, as its Cookie header.
async function cookieOf(name) {
  const answer = await server.anonymous().post('/api/v1/auth/session', { username: name, password });
  return { cookie: answer.headers.get('set-cookie').split(';')[0], csrf: answer.body.csrf_token };
}

test('tells of a photo from its upload to its analysis, which another process makes', async () => {
  const listener = await listen(server, { token: viewer.token });
  assert.equal(listener.messages[0].type, 'hello');
  const photo = await tina.newPhoto(picture('one'));
  await listener.untilTold('photo', 'created', photo.id);
  await listener.until(({ changes }) => changes.some(({ type, photo_id: of }) => type === 'task' && of === photo.id));
  // Whoever looks each time that something is told sees the end of the work, in one message or in several.
  for (;;) {
    const told = listener.changes.length;
    if ((await viewer.get(photos + photo.id)).body.processing_status === 'COMPLETED') break;
    await listener.until(({ changes }) => changes.length > told);
  }
  const { seq } = listener;
  await tina.patch(photos + photo.id, { description: 'rust' });
  await listener.until(({ changes }) => changes.some((one) => one.seq > seq && one.id === photo.id));
  await operator.delete(photos + photo.id);
  await listener.untilTold('photo', 'deleted', photo.id);
  listener.close();
});

test('tells technicians only of what their lists show', async () => {
  const own = await listen(server, { token: tina.token });
  const other = await listen(server, { token: otto.token });
  const photo = await tina.newPhoto(picture('hidden'));
  const job = await tina.newJob({ title: 'Tina’s' });
  const open = await operator.newJob({ title: 'For everybody' });
  const asset = (await operator.post('/api/v1/assets', { name: 'Pump' })).body;
  for (const listener of [own, other]) {
    await listener.untilTold('job', 'created', open.id);
    await listener.untilTold('asset', 'created', asset.id);
  }
  await own.untilTold('photo', 'created', photo.id);
  await own.untilTold('job', 'created', job.id);
  const seen = JSON.stringify(other.messages);
  assert.ok(!seen.includes(photo.id), seen);
  assert.ok(!other.changes.some(({ type, id }) => type === 'job' && id === job.id), seen);
  own.close();
  other.close();
});

test('tells of queues, schedules and nodes those whose lists show them', async () => {
  const reviewer = await server.as('reviewer', 'rita');
  const admin = await server.as('administrator', 'ada');
  const [high, middle, low] = await Promise.all([listen(server, { token: operator.token }), listen(server, { token: reviewer.token }), listen(server, { token: viewer.token })]);
  const schedule = (await admin.post('/api/v1/schedules', { name: 'told', kind: 'prune_history', expression: '@every 9d' })).body;
  await high.untilTold('schedule', 'created', schedule.id);
  await admin.patch(`/api/v1/schedules/${schedule.id}`, { expression: '@every 8d' });
  await high.untilTold('schedule', 'changed', schedule.id);
  await admin.delete(`/api/v1/schedules/${schedule.id}`);
  await high.untilTold('schedule', 'deleted', schedule.id);
  await operator.patch('/api/v1/queues/batch', { paused: true });
  for (const listener of [high, middle]) await listener.untilTold('queue', 'changed', 'batch');
  await operator.patch('/api/v1/queues/batch', { paused: false });
  const asset = (await operator.post('/api/v1/assets', { name: 'Last' })).body;
  for (const listener of [middle, low]) await listener.untilTold('asset', 'created', asset.id);
  assert.ok(!middle.changes.some(({ type }) => type === 'schedule' || type === 'node'));
  assert.ok(!low.changes.some(({ type }) => ['schedule', 'queue', 'node'].includes(type)));
  for (const listener of [high, middle, low]) listener.close();
});

test('goes on where a listener was, and says when that is too far back', async () => {
  const first = await listen(server, { token: viewer.token });
  const { seq } = first;
  first.close();
  const job = await operator.newJob({ title: 'Meanwhile' });
  const second = await listen(server, { token: viewer.token, since: seq });
  await second.untilTold('job', 'created', job.id);
  second.close();
  const third = await listen(server, { token: viewer.token, since: 1e12 });
  await third.until(({ messages }) => messages.some(({ type }) => type === 'reset'), 'reset');
  third.close();
});

test('lets nobody listen without a sign-in, nor with a token that may not read photos', async () => {
  assert.equal(await refusal(server, {}), 401);
  assert.equal(await refusal(server, { token: 'nonsense' }), 401);
  assert.equal(await refusal(server, { token: viewer.token, query: '?since=-1' }), 422);
  assert.equal(await refusal(server, { token: viewer.token, query: '?from=1' }), 422);
  const { body } = await operator.post('/api/v1/tokens', { name: 'jobs', scopes: ['jobs:read'] });
  assert.equal(await refusal(server, { token: body.token }), 403);
});

test('asks who does not speak WebSocket to do so', async () => {
  const answer = await viewer.get('/api/v1/live');
  assert.equal(answer.status, 426);
  assert.equal(answer.headers.get('upgrade'), 'websocket');
});

test('lets the pages of other sites not listen with a person’s cookie', async () => {
  const { cookie } = await cookieOf('tina');
  const with_ = (origin) => ({ headers: { Cookie: cookie, ...(origin && { Origin: origin }) } });
  for (const origin of [undefined, 'null', 'https://elsewhere.example', `${server.base}.elsewhere.example`, 'http://127.0.0.1:1']) {
    assert.equal(await refusal(server, with_(origin)), 403, origin);
  }
  const listener = await listen(server, with_(server.base));
  const job = await operator.newJob({ title: 'For pages' });
  await listener.untilTold('job', 'created', job.id);
  listener.close();
});

test('cuts off whose session has ended', async () => {
  const { cookie, csrf } = await cookieOf('otto');
  const listener = await listen(server, { headers: { Cookie: cookie, Origin: server.base } });
  await server.anonymous().delete('/api/v1/auth/session', { Cookie: cookie, 'X-CSRF-Token': csrf });
  await listener.untilEnded();
  assert.equal(listener.ended.code, 4401);
});

test('cuts off a token that was revoked', async () => {
  const made = (await operator.post('/api/v1/tokens', { name: 'short', scopes: ['photos:read'] })).body;
  const listener = await listen(server, { token: made.token });
  assert.equal((await operator.delete(`/api/v1/tokens/${made.id}`)).status, 204);
  await listener.untilEnded();
  assert.equal(listener.ended.code, 4401);
});

test('takes nothing from a client, and never much', async () => {
  const chatty = await listen(server, { token: viewer.token });
  chatty.socket.send('hello?');
  await chatty.untilEnded();
  assert.equal(chatty.ended.code, 1008);
  const large = await listen(server, { token: viewer.token });
  large.socket.send('x'.repeat(1 << 20));
  await large.untilEnded();
  assert.ok([1006, 1009].includes(large.ended.code), String(large.ended.code));
});

test('answers pings', async () => {
  const listener = await listen(server, { token: viewer.token });
  const pong = once(listener.socket, 'pong');
  listener.socket.ping('are you there');
  assert.equal(String((await pong)[0]), 'are you there');
  listener.close();
});

test('refuses handshakes that are none', async () => {
  const handshake = (more) =>
    `GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${viewer.token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${more}`;
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  for (const bytes of [
    handshake('Sec-WebSocket-Version: 13\r\n\r\n'), // no key
    handshake(`${key}Sec-WebSocket-Version: 8\r\n\r\n`),
    handshake(`${key}Sec-WebSocket-Version: 13\r\n\r\nearly frames`),
    handshake(`${key}Sec-WebSocket-Version: 13\r\nContent-Length: 5\r\n\r\n`),
  ]) {
    const socket = connect(server.port, '127.0.0.1');
    socket.setEncoding('utf8').write(bytes);
    let answer = '';
    socket.on('data', (text) => (answer += text));
    socket.on('error', () => undefined);
    while (!answer.includes('\r\n\r\n')) await once(socket, 'data');
    assert.match(answer, /^HTTP\/1\.1 4\d\d /, bytes);
    socket.destroy();
  }
});

test('keeps nothing of a client that is gone', async () => {
  const many = await Promise.all(Array.from({ length: 20 }, () => listen(server, { token: viewer.token })));
  assert.ok((await connections()) >= 20);
  for (const listener of many) listener.close();
  const probe = await listen(server, { token: viewer.token });
  for (let tries = 0; (await connections()) > 1; tries += 1) {
    assert.ok(tries < 500, `${await connections()} listeners are still there`);
    await operator.newJob({ title: 'Somebody must be told to notice' });
  }
  probe.close();
});

test('bounds how many of one user listen', async () => {
  const fifty = await Promise.all(Array.from({ length: 50 }, () => listen(server, { token: otto.token })));
  assert.equal(await refusal(server, { token: otto.token }), 429);
  const other = await listen(server, { token: tina.token });
  for (const listener of [...fifty, other]) listener.close();
});

test('says so when the server stops', async () => {
  const listener = await listen(server, { token: viewer.token });
  const began = Date.now();
  await server.stop({ keepsData: true });
  await listener.untilEnded();
  assert.equal(listener.ended.code, 1001);
  assert.ok(Date.now() - began < 9000, 'the server waited for its listeners');
});
