// Ids of parts, entered at a station: the row of the contract, and everything that is no id.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused, assertRefusedPlainly } from './support/client.mjs';
import { nowhere } from './support/findings.mjs';
import { startServer } from './support/server.mjs';

const address = '/api/ml/store-image-id/';
const stations = '/api/v1/stations';
let server;
let administrator;
let operator;
let technician;
let viewer;
before(async () => {
  server = await startServer();
  administrator = await server.as('administrator', 'ada');
  operator = await server.as('operator', 'olga');
  technician = await server.as('technician', 'tim');
  viewer = await server.as('viewer', 'vera');
});
after(() => server?.stop());

const store = (image_id, fields = {}) => technician.post(address, { image_id, ...fields });
const waiting = async (station) => (await viewer.get(`${stations}/${station}/ids`)).body.results;

// At rest, so that nothing is taken.
async function addStation(name) {
  const camera = await administrator.post('/api/v1/cameras', { name: `camera of ${name}`, driver: 'simulated', address: 'scene:belt' });
  assert.equal(camera.status, 201, JSON.stringify(camera.body));
  const wish = { name, camera_id: camera.body.id, trigger: { source: 'software' }, enabled: false };
  const { status, body } = await operator.post(stations, wish);
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

test('what is no id is answered with 400 and a sentence', async () => {
  const bad = [
    '', ' ', '.', '..', '../', '../../etc/passwd', 'a/b', 'a\\b', '.hidden', ' a', 'a ', 'a  b', 'a\tb', 'a\nb', 'a\r', 'a\u0000b', '\u001b[31m',
    'a\u007f', '😀', 'Ä-1', 'a\u200bb', 'a\u00a0b', 'А-1', 'a:b', 'a*b', 'a?b', 'a"b', '<b>', '%2e%2e', '$(id)', 'x'.repeat(129), 'x'.repeat(1000),
    'x'.repeat(100_000), 7, null, true, [], {}, ['A-1'],
  ];
  for (const id of bad) assertRefusedPlainly(await store(id), 400);
  for (const body of ['{', '[]', '7', '"A-1"', 'null', '{}', '{"image_id":"A-1","odd":1}', '{"image_id":"A-1","station":7}'])
    assertRefusedPlainly(await technician.post(address, body), 400);
  assertRefusedPlainly(await technician.post(address, '{"image_id":"A-1"}', { 'Content-Type': 'text/plain' }), 400);
  assertRefusedPlainly(await technician.post(`${address}?station=x`, { image_id: 'A-1' }), 400);
});

test('an id that is entered before there is a station waits for the first one', async () => {
  const { status, body } = await store('early');
  assert.equal(status, 200);
  assert.deepEqual(body, { success: true, message: 'Image ID early stored in cache', image_id: 'early' });
  const press = await addStation('press');
  assert.deepEqual((await waiting(press)).map(({ image_id }) => image_id), ['early']);
});

test('ids wait in the order of entering, for an hour, and say who entered them', async () => {
  const [{ id: press }] = (await viewer.get(stations)).body.results;
  const good = ['A-1', 'a', '7', 'x'.repeat(128), 'Part 7 of 9', 'a.b_c-d', '-', '_.', 'CON'];
  for (const id of good) {
    const { status, body } = await technician.post(id === 'a' ? address.slice(0, -1) : address, { image_id: id });
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.image_id, id);
  }
  const found = await waiting(press);
  assert.deepEqual(found.map(({ image_id }) => image_id), ['early', ...good]);
  for (const { stored_at, expires_at, stored_by } of found) {
    assert.equal(stored_by, 'tim');
    assert.equal(Date.parse(expires_at) - Date.parse(stored_at), 3_600_000);
  }
  const [shown] = (await viewer.get(stations)).body.results;
  assert.deepEqual(shown.waiting, found);
});

test('an id is taken back once, and only where it waits', async () => {
  const [{ id: press }] = (await viewer.get(stations)).body.results;
  const [first, second] = await waiting(press);
  assertRefused(await viewer.delete(`${stations}/${press}/ids/${first.number}`), 403);
  assertRefused(await technician.delete(`${stations}/${nowhere}/ids/${first.number}`), 404);
  for (const number of ['x', '0', '-1', '99999999999999999999']) assertRefused(await technician.delete(`${stations}/${press}/ids/${number}`), 404);
  assert.equal((await technician.delete(`${stations}/${press}/ids/${first.number}`)).status, 204);
  assertRefused(await technician.delete(`${stations}/${press}/ids/${first.number}`), 404);
  assert.equal((await waiting(press))[0].number, second.number);
});

test('with several stations one has to be named, by name or id', async () => {
  const press = (await viewer.get(stations)).body.results[0].id;
  const belt = await addStation('belt');
  const asked = await store('B-1');
  assertRefusedPlainly(asked, 400);
  assert.match(asked.body.error, /press, belt/);
  const unknown = await store('B-1', { station: 'odd' });
  assertRefusedPlainly(unknown, 400);
  assert.match(unknown.body.error, /odd/);
  assertRefusedPlainly(await store('B-1', { station: '' }), 400);
  assertRefusedPlainly(await store('B-1', { station: 'x'.repeat(101) }), 400);
  assert.equal((await store('B-1', { station: 'belt' })).status, 200);
  assert.equal((await store('B-1', { station: press })).status, 200); // the same id at two stations at once
  assert.deepEqual((await waiting(belt)).map(({ image_id }) => image_id), ['B-1']);
  assert.equal((await waiting(press)).at(-1).image_id, 'B-1');
});

test('ids are entered by technicians and those above them, and by tokens with the scope', async () => {
  assertRefusedPlainly(await server.anonymous().post(address, { image_id: 'A-1' }), 401);
  assertRefusedPlainly(await viewer.post(address, { image_id: 'A-1', station: 'belt' }), 403);
  assert.equal((await operator.post(address, { image_id: 'A-9', station: 'belt' })).status, 200);
  const made = async (scope) => {
    const { status, body } = await operator.post('/api/v1/tokens', { name: scope, scopes: [scope] });
    assert.equal(status, 201, JSON.stringify(body));
    return server.withToken(body.secret ?? body.token);
  };
  const reading = await made('stations:read');
  const writing = await made('stations:write');
  assertRefusedPlainly(await reading.post(address, { image_id: 'A-1', station: 'belt' }), 403);
  assert.equal((await writing.post(address, { image_id: 'A-1', station: 'belt' })).status, 200);
  assert.equal((await reading.get(stations)).status, 200);
  assertRefused(await writing.get(stations), 403);
});

test('who entered and took back what is in the audit log', async () => {
  const actions = async (action) => (await administrator.get(`/api/v1/audit?action=${action}`)).body.results;
  assert.ok((await actions('station.store_id')).length >= 10);
  assert.equal((await actions('station.withdraw_id')).length, 1);
});

test('the entry page is a page, and wants no token of its own', async () => {
  for (const path of ['/api/ml/image-id', '/api/ml/image-id/', '/stations', '/station/x']) {
    const { status, headers } = await fetch(server.base + path);
    assert.equal(status, 200, path);
    assert.match(headers.get('content-type'), /^text\/html/);
  }
});
