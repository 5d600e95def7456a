// Inspection stations: what they are told, and what becomes of a trigger, on a simulated camera.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { nowhere } from './support/findings.mjs';
import { freePort, startServer } from './support/server.mjs';

const stations = '/api/v1/stations';
const triggers = '/api/v1/triggers';
let server;
let administrator;
let operator;
let technician;
let viewer;
let press; // triggered by software
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
const untilArmed = (id) => until(() => viewer.get(`${stations}/${id}`), ({ status }) => status.armed);

async function addCamera(name, address = 'scene:belt?size=320x256&seed=7') {
  const { status, body } = await administrator.post('/api/v1/cameras', { name, driver: 'simulated', address });
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

const software = { source: 'software' };
const journal = async (query = '') => (await viewer.get(`${stations}/${press}/triggers${query}`)).body.results;
const store = async (image_id) => {
  const { status, body } = await technician.post('/api/ml/store-image-id/', { image_id, station: 'press' });
  assert.equal(status, 200, JSON.stringify(body));
};

// Triggers, and waits until the inspection is at its place.
async function inspect() {
  const before = (await journal()).length;
  const { status, body } = await technician.post(`${stations}/${press}/trigger`);
  assert.equal(status, 202, JSON.stringify(body));
  const ends = ['filed', 'failed', 'lost'];
  const isOver = ({ results }) => results.length > before && (ends.includes(results[0].state) || (!results[0].image_id && results[0].durable_at));
  const { results } = await until(() => viewer.get(`${stations}/${press}/triggers`), isOver);
  return (await viewer.get(`${triggers}/${results[0].id}`)).body;
}

// The files of a whole inspection below `folder`, and nothing else.
function readInspection(folder, { name, verdict }) {
  const root = join(server.data, folder);
  const original = join(root, verdict, 'original', `${name}.jpg`);
  const annotated = join(root, verdict, 'annotated', `${name}.jpg`);
  for (const file of [original, annotated]) assert.deepEqual([...readFileSync(file).subarray(0, 2)], [0xff, 0xd8], file);
  assert.deepEqual(readdirSync(root).sort(), [verdict, 'results.json'].sort());
  return { original, annotated, results: JSON.parse(readFileSync(join(root, 'results.json'), 'utf8')) };
}

test('fields of a station are refused by name', async () => {
  const camera_id = await addCamera('bench');
  const whole = { name: 'a', camera_id, trigger: software };
  for (const [fields, field] of [
    [{ name: undefined }, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ camera_id: undefined }, 'camera_id'],
    [{ camera_id: 'bench' }, 'camera_id'],
    [{ camera_id: nowhere }, 'camera_id'],
    [{ trigger: undefined }, 'trigger'],
    [{ trigger: {} }, 'trigger.source'],
    [{ trigger: { source: 'free_running' } }, 'trigger.source'],
    [{ trigger: { source: 'line' } }, 'trigger.line'],
    [{ trigger: { source: 'line', line: 'Line0', edge: 'both' } }, 'trigger.edge'],
    [{ trigger: { source: 'line', line: 'Line0', delay_us: -1 } }, 'trigger.delay_us'],
    [{ trigger: { source: 'software', odd: 1 } }, 'trigger.odd'],
    [{ recipe: { threshold: '1' } }, 'recipe.threshold'],
    [{ recipe: { region: { x: 0, y: 0, width: 8, height: 64 } } }, 'recipe.region.width'],
    [{ recipe: { region: { x: 0, y: 0, width: 64 } } }, 'recipe.region.height'],
    [{ recipe: { keep: { ok: 'everything' } } }, 'recipe.keep.ok'],
    [{ recipe: { late_after_ms: 1 } }, 'recipe.late_after_ms'],
    [{ recipe: { odd: 1 } }, 'recipe.odd'],
    [{ recipe: { model: 'no such model' } }, 'recipe.model'],
    [{ enabled: 'yes' }, 'enabled'],
    [{ odd: 1 }, 'odd'],
  ])
    assertRefused(await operator.post(stations, { ...whole, ...fields }), 422, field);
  assert.deepEqual((await viewer.get(stations)).body.results, []);
  assert.deepEqual((await viewer.get('/health')).body.stations, { status: 'not_configured', configured: 0, armed: 0 });
});

test('a station is armed as soon as it is made, and says that its camera is simulated', async () => {
  const [{ id: camera_id }] = (await viewer.get('/api/v1/cameras')).body.results;
  for (const who of [viewer, technician]) assertRefused(await who.post(stations, { name: 'press', camera_id, trigger: software }), 403);
  const { status, body } = await operator.post(stations, { name: 'press', camera_id, trigger: software });
  assert.equal(status, 201, JSON.stringify(body));
  press = body.id;
  const armed = await untilArmed(press);
  assert.deepEqual([armed.status.running, armed.status.simulated, armed.status.fault], [true, true, '']);
  assert.deepEqual([armed.recipe_version, armed.enabled, armed.today.triggers], [1, true, 0]);
  assert.equal(armed.recipe.keep.ng, 'photo');
  await until(() => viewer.get('/health'), (health) => health.stations.status === 'ok' && health.stations.armed === 1);
  const metrics = (await viewer.get('/metrics')).body;
  assert.match(metrics, /^sightglass_stations 1$/m);
  assert.match(metrics, /^sightglass_stations_armed 1$/m);
  assertRefused(await operator.post(stations, { name: 'press', camera_id: await addCamera('spare'), trigger: software }), 409, 'name');
  assertRefused(await operator.post(stations, { name: 'rival', camera_id, trigger: software }), 409, 'camera_id');
});

test('a trigger takes the id that waits and is filed under it, whole', async () => {
  await store('A-1');
  const trigger = await inspect();
  assert.equal(trigger.state, 'filed', JSON.stringify(trigger));
  assert.deepEqual([trigger.image_id, trigger.verdict, trigger.judged, trigger.simulated, trigger.model], ['A-1', 'OK', false, true, '']);
  assert.match(trigger.name, /^triggered_capture_\d{8}_\d{6}_\d{3}$/);
  assert.equal(trigger.folder, 'triggered_inspections/A-1');
  assert.ok(Date.parse(trigger.judged_at) >= Date.parse(trigger.triggered_at));
  assert.ok(trigger.durable_at);
  const { results } = readInspection(trigger.folder, trigger);
  assert.equal(results.schema, 'sightglass-inspection-1');
  assert.deepEqual(
    [results.id, results.name, results.image_id, results.station, results.verdict, results.judged],
    [trigger.id, trigger.name, 'A-1', 'press', 'OK', false],
  );
  assert.deepEqual(results.files, { original: `OK/original/${trigger.name}.jpg`, annotated: `OK/annotated/${trigger.name}.jpg` });
  assert.equal(results.camera.name, 'bench');
  assert.equal(results.camera.simulated, true);
  assert.ok(Array.isArray(results.boxes));
  assert.deepEqual((await viewer.get(`${stations}/${press}/ids`)).body.results, []);
  assert.equal((await viewer.get(`${stations}/${press}`)).body.today.ok, 1);
});

test('pictures are sent as files, whole, in part, or not again', async () => {
  const [{ id }] = await journal();
  const trigger = (await viewer.get(`${triggers}/${id}`)).body;
  const { original, annotated } = readInspection(trigger.folder, trigger);
  for (const [which, file] of [['original', original], ['annotated', annotated]]) {
    const answer = await viewer.get(`${triggers}/${id}/${which}`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'image/jpeg');
    assert.ok(answer.bytes.equals(readFileSync(file)));
    const etag = answer.headers.get('etag');
    const headers = { Authorization: `Bearer ${viewer.token}` };
    const url = `${server.base}${triggers}/${id}/${which}`;
    assert.equal((await fetch(url, { headers: { ...headers, 'If-None-Match': etag } })).status, 304);
    const part = await fetch(url, { headers: { ...headers, Range: 'bytes=0-1' } });
    assert.equal(part.status, 206);
    assert.deepEqual([...Buffer.from(await part.arrayBuffer())], [0xff, 0xd8]);
    assert.equal((await fetch(url, { method: 'HEAD', headers })).status, 200);
    assert.equal((await fetch(url)).status, 401);
  }
  assertRefused(await viewer.get(`${triggers}/${id}/results`), 404);
  assertRefused(await viewer.get(`${triggers}/${nowhere}/original`), 404);
});

test('an id that is used again leaves the earlier inspection whole', async () => {
  const [{ id: first }] = await journal();
  await store('A-1');
  const second = await inspect();
  assert.deepEqual([second.image_id, second.folder, second.superseded_at], ['A-1', 'triggered_inspections/A-1', null]);
  readInspection('triggered_inspections/A-1', second);
  const earlier = await until(() => viewer.get(`${triggers}/${first}`), ({ superseded_at }) => superseded_at);
  assert.ok(earlier.folder.startsWith('triggered_inspections/.superseded/A-1/'), earlier.folder);
  assert.equal(readInspection(earlier.folder, earlier).results.id, first);
  assert.equal((await viewer.get(`${triggers}/${first}/original`)).status, 200);
  assert.deepEqual((await journal('?image_id=A-1')).map(({ id }) => id), [second.id, first]);
});

test('a part without an id keeps its temporary name, and can be named later, once', async () => {
  const trigger = await inspect();
  assert.deepEqual([trigger.image_id, trigger.verdict], [null, 'OK']);
  assert.equal(trigger.folder, `inspections/${trigger.name}`);
  readInspection(trigger.folder, trigger);
  const address = `${triggers}/${trigger.id}`;
  for (const image_id of ['', '../x', '.x', 'a  b', '😀', 'a\u0000', 'x'.repeat(129), 'x'.repeat(1000), 7])
    assertRefused(await technician.patch(address, { image_id }), 422, 'image_id');
  assertRefused(await viewer.patch(address, { image_id: 'B-7' }), 403);
  assertRefused(await technician.patch(`${triggers}/${nowhere}`, { image_id: 'B-7' }), 404);
  const { status, body } = await technician.patch(address, { image_id: 'B-7' });
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.image_id, 'B-7');
  const named = await until(() => viewer.get(address), ({ state }) => state === 'filed');
  assert.equal(named.folder, 'triggered_inspections/B-7');
  assert.equal(readInspection(named.folder, named).results.image_id, 'B-7');
  assert.equal(existsSync(join(server.data, trigger.folder)), false);
  assertRefused(await technician.patch(address, { image_id: 'B-8' }), 409);
  assert.equal((await administrator.get('/api/v1/audit?action=trigger.name')).body.results.length, 1);
});

test('of several ids that wait each trigger takes one, in order', async () => {
  for (const id of ['Q-1', 'Q-2', 'Q-3']) await store(id);
  const taken = [];
  for (let i = 0; i < 4; ++i) taken.push((await inspect()).image_id);
  assert.deepEqual(taken, ['Q-1', 'Q-2', 'Q-3', null]);
});

test('the journal is read page by page, and by what came of each', async () => {
  const all = await journal('?limit=500');
  assert.equal(all.length, 7);
  const seen = [];
  for (let cursor = ''; cursor !== null; ) {
    const { body } = await viewer.get(`${stations}/${press}/triggers?limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.results.map(({ id }) => id));
    cursor = body.next;
  }
  assert.deepEqual(seen, all.map(({ id }) => id));
  assert.equal((await journal('?verdict=OK')).length, 7);
  assert.equal((await journal('?verdict=NG')).length, 0);
  assertRefused(await viewer.get(`${stations}/${nowhere}/triggers`), 404);
  for (const [query, field] of [['state=done', 'state'], ['verdict=maybe', 'verdict'], ['limit=0', 'limit'], ['odd=1', 'odd']])
    assertRefused(await viewer.get(`${stations}/${press}/triggers?${query}`), 422, field);
});

test('a changed recipe has a new version, and triggers keep the one they were judged by', async () => {
  const [{ id: before }] = await journal();
  for (const who of [viewer, technician]) assertRefused(await who.patch(`${stations}/${press}`, { recipe: {} }), 403);
  const recipe = { region: { x: 0, y: 0, width: 128, height: 128 }, keep: { ok: 'photo', ng: 'photo' } };
  const { body } = await operator.patch(`${stations}/${press}`, { recipe });
  assert.equal(body.recipe_version, 2);
  assert.equal((await operator.patch(`${stations}/${press}`, { recipe })).body.recipe_version, 2);
  await untilArmed(press);
  const trigger = await inspect();
  assert.deepEqual([trigger.recipe_version, trigger.recipe.region.width], [2, 128]);
  assert.equal((await viewer.get(`${triggers}/${before}`)).body.recipe_version, 1);
  const { photo_id } = await until(() => viewer.get(`${triggers}/${trigger.id}`), (one) => one.photo_id);
  assert.equal((await viewer.get(`/api/v1/images/photos/${photo_id}/`)).status, 200);
});

test('only a station whose trigger is software is triggered so, and only while it runs', async () => {
  assertRefused(await viewer.post(`${stations}/${press}/trigger`), 403);
  assertRefused(await technician.post(`${stations}/${nowhere}/trigger`), 404);
  const line = { source: 'line', line: 'Line0', edge: 'falling', delay_us: 50 };
  const { status, body } = await operator.post(stations, { name: 'line', camera_id: await addCamera('other'), trigger: line });
  assert.equal(status, 201, JSON.stringify(body));
  assert.deepEqual(body.trigger, line);
  await untilArmed(body.id);
  assertRefused(await technician.post(`${stations}/${body.id}/trigger`), 409);
  await operator.patch(`${stations}/${body.id}`, { enabled: false });
  const { status: rest } = await until(() => viewer.get(`${stations}/${body.id}`), (one) => !one.status.running);
  assert.equal(rest.armed, false);
  assertRefused(await technician.post(`${stations}/${body.id}/trigger`), 503);
  assert.equal((await operator.delete(`${stations}/${body.id}`)).status, 204);
  assertRefused(await viewer.get(`${stations}/${body.id}`), 404);
});

test('outputs are an administrator’s, show no secret, and say what became of each message', async () => {
  const outputs = `${stations}/${press}/outputs`;
  const url = `http://127.0.0.1:${await freePort()}/`; // nobody is there
  const wish = { name: 'web', kind: 'webhook', settings: { url }, secret: 'sixteen characters of it' };
  assertRefused(await operator.post(outputs, wish), 403);
  for (const [fields, field] of [
    [{ kind: 'fax' }, 'kind'],
    [{ settings: {} }, 'settings.url'],
    [{ settings: { url: 'file:///etc/passwd' } }, 'settings.url'],
    [{ settings: { url, odd: 1 } }, 'settings.odd'],
    [{ settings: 7 }, 'settings'],
    [{ kind: 'modbus', settings: { host: 'plc', port: 70_000 }, secret: undefined }, 'settings.port'],
    [{ kind: 'line', settings: { on: 'maybe' }, secret: undefined }, 'settings.on'],
  ])
    assertRefused(await administrator.post(outputs, { ...wish, ...fields }), 422, field);
  const { status, body } = await administrator.post(outputs, wish);
  assert.equal(status, 201, JSON.stringify(body));
  assert.deepEqual([body.has_secret, body.enabled, JSON.stringify(body).includes('sixteen')], [true, true, false]);
  assertRefused(await administrator.post(outputs, wish), 409, 'name');
  const listed = (await viewer.get(outputs)).body.results;
  assert.deepEqual(listed.map(({ id }) => id), [body.id]);
  assert.ok(!JSON.stringify(listed).includes('sixteen'));

  const sent = await operator.post(`/api/v1/outputs/${body.id}/test`);
  assert.equal(sent.status, 202, JSON.stringify(sent.body));
  assert.equal(sent.body.trigger_id, null);
  const tried = ({ results }) => results.some(({ id, attempts, error }) => id === sent.body.id && attempts > 0 && error);
  await until(() => viewer.get(`/api/v1/outputs/${body.id}/deliveries`), tried);
  const trigger = await inspect();
  const told = await until(() => viewer.get(`${triggers}/${trigger.id}`), ({ deliveries }) => deliveries.length > 0);
  assert.deepEqual([told.deliveries[0].output, told.deliveries[0].trigger_id], ['web', trigger.id]);

  assertRefused(await operator.patch(`/api/v1/outputs/${body.id}`, { enabled: false }), 403);
  assertRefused(await administrator.patch(`/api/v1/outputs/${body.id}`, { kind: 'mqtt' }), 422, 'kind');
  assert.equal((await administrator.patch(`/api/v1/outputs/${body.id}`, { enabled: false })).body.has_secret, true);
  assertRefused(await administrator.patch(`/api/v1/outputs/${body.id}`, { secret: '' }), 422, 'secret'); // messages are signed
  const broker = { name: 'broker', kind: 'mqtt', settings: { host: '127.0.0.1', port: await freePort(), username: 'press' }, secret: 'x', enabled: false };
  const mqtt = await administrator.post(outputs, broker);
  assert.equal(mqtt.body.has_secret, true, JSON.stringify(mqtt.body));
  assert.equal((await administrator.patch(`/api/v1/outputs/${mqtt.body.id}`, { secret: '' })).body.has_secret, false);
  assertRefused(await operator.delete(`/api/v1/outputs/${body.id}`), 403);
  assert.equal((await administrator.delete(`/api/v1/outputs/${body.id}`)).status, 204);
  assertRefused(await viewer.get(`/api/v1/outputs/${body.id}/deliveries`), 404);
});

test('a station goes on after a restart, with its journal and the ids that wait', async () => {
  await store('R-1');
  const before = await journal('?limit=500');
  await server.stop({ keepsData: true });
  await server.start();
  await untilArmed(press);
  assert.deepEqual(await journal('?limit=500'), before);
  assert.equal((await inspect()).image_id, 'R-1');
});

test('a station that is forgotten leaves its journal and its files', async () => {
  const trigger = (await viewer.get(`${triggers}/${(await journal())[0].id}`)).body;
  assertRefused(await technician.delete(`${stations}/${press}`), 403);
  assert.equal((await operator.delete(`${stations}/${press}`)).status, 204);
  const left = (await viewer.get(`${triggers}/${trigger.id}`)).body;
  assert.deepEqual([left.station_id, left.station], [null, 'press']);
  readInspection(left.folder, left);
  assert.equal((await viewer.get(`${triggers}/${trigger.id}/annotated`)).status, 200);
});
