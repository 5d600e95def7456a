// Sources that fetch their pictures themselves: what people say of them, and what comes of it, against a web server with
// pictures.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { assertRefused } from './support/client.mjs';
import { withExif } from './support/exif.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { RemoteDirectory } from './support/remote_directory.mjs';
import { patience, startServer } from './support/server.mjs';

const sources = '/image-pull-sources';
const inside = { allow_plain_transport: true, allow_private_addresses: true, settle_seconds: 0 };
const secret = 'correct-horse-battery-staple';
const picture = (word) => distinct(fixture('plain.jpg'), word);

let server;
let remote;
let administrator;
let operator;
let reviewer;
let location;
before(async () => {
  remote = await RemoteDirectory.open();
  server = await startServer();
  administrator = await server.as('administrator', 'ada');
  operator = await server.as('operator', 'olga');
  reviewer = await server.as('reviewer', 'rita');
  location = (await operator.post('/locations', { name: 'Meadow', latitude: 47.4, longitude: 8.5 })).body.id;
});
after(async () => {
  await server?.stop();
  await remote?.close();
});

beforeEach(async () => {
  remote.files.clear();
  remote.broken.clear();
  remote.password = null;
  for (const { id } of (await reviewer.get(`${sources}?all=true`)).body.results) await operator.delete(`${sources}/${id}`);
});

async function make(name, more = {}) {
  const wish = { name, location_id: location, base_url: remote.url, settings: inside, ...more };
  const { status, body } = await administrator.post(sources, wish);
  assert.equal(status, 201, JSON.stringify(body));
  return `${sources}/${body.id}`;
}
// The report of a run that has ended, however long it took.
async function run(source, query = '') {
  const end = Date.now() + 120_000 * patience;
  let answer = await operator.post(`${source}/process${query}`);
  while (answer.status === 202 || (answer.status === 200 && answer.body.state !== 'ended')) {
    if (Date.now() > end) assert.fail(`the run did not end: ${JSON.stringify(answer.body)}\n${server.log.slice(-3000)}`);
    await pause(200);
    answer = await operator.get(`${source}/runs/${answer.body.id}`);
  }
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}
const one = async (source) => (await reviewer.get(source)).body;
const pulled = (report) => report.files.pulled.map(({ name }) => name).sort();
const photosOf = async () => (await operator.get('/api/v1/images/photos?source=pull&limit=500')).body.results;

test('from a place over a source to its pictures, and off again', async () => {
  remote.put('IMG_0001.JPG', picture('one'), new Date('2026-01-01T00:01:00Z'));
  remote.put('IMG_0002.JPG', picture('two'), new Date('2026-01-01T00:02:00Z'));
  remote.put('Fuchs im Schnee.JPG', picture('three'), new Date('2026-01-01T00:03:00Z'));
  const source = await make('Meadow, north');
  const first = await run(source, '?max_files=2');
  assert.deepEqual([first.pulled, first.listed, first.outcome, first.error], [2, 3, 'done', ''], JSON.stringify(first));
  assert.deepEqual(pulled(first), ['IMG_0001.JPG', 'IMG_0002.JPG']);
  assert.deepEqual(pulled(await run(source)), ['Fuchs im Schnee.JPG']);
  const nothing = await run(source);
  assert.deepEqual([nothing.pulled, nothing.fresh], [0, 0]);

  const [shown] = (await reviewer.get(sources)).body.results;
  assert.deepEqual([shown.name, shown.last_pulled_filename, shown.health], ['Meadow, north', 'Fuchs im Schnee.JPG', 'ok']);
  assert.ok(shown.last_pull_at && shown.last_new_file_at && shown.next_pull_at);
  assert.deepEqual([shown.last_error, shown.counts.stored, shown.run], ['', 3, null]);
  const photos = await photosOf();
  assert.deepEqual(photos.map(({ original_filename }) => original_filename).sort(), ['Fuchs im Schnee.JPG', 'IMG_0001.JPG', 'IMG_0002.JPG']);
  for (const photo of photos) assert.equal(photo.location_id, location);

  assert.equal((await operator.patch(`${source}/toggle?is_active=false`)).body.is_active, false);
  assert.deepEqual((await reviewer.get(sources)).body.results, []);
  assert.equal((await reviewer.get(`${sources}?all=true`)).body.results.length, 1);
  assertRefused(await operator.post(`${source}/process`), 409);
  assert.equal((await operator.patch(`${source}/toggle?is_active=true`)).body.is_active, true);
  assert.deepEqual((await reviewer.get(`${source}/runs`)).body.results.map((report) => report.pulled), [0, 1, 2]);
  assertRefused(await operator.delete(`/locations/${location}`), 409);
  assert.equal((await operator.delete(source)).status, 204);
  assert.equal((await photosOf()).length, 3, 'photos stay when a source goes');
});

test('what cannot be had keeps nothing else waiting, and is tried again when a person says so', async () => {
  remote.put('gone.jpg', picture('gone'));
  remote.put('page.jpg', '<!doctype html><title>no picture</title>');
  remote.put('sound.jpg', picture('sound'));
  remote.broken.set('gone.jpg', 404);
  const source = await make('Brook');
  const report = await run(source);
  assert.deepEqual(pulled(report), ['sound.jpg']);
  assert.deepEqual(report.files.skipped.map(({ name, reason }) => [name, reason]), [['page.jpg', 'not_a_picture']]);
  assert.deepEqual(report.files.failed.map(({ name, reason }) => [name, reason]), [['gone.jpg', 'gone']]);
  const { results, counts } = (await reviewer.get(`${source}/files`)).body;
  assert.equal(results.length, 3);
  assert.deepEqual([counts.stored, counts.skipped, counts.failed, counts.given_up], [1, 1, 1, 0]);
  const [failed] = (await reviewer.get(`${source}/files?state=failed&q=GONE`)).body.results;
  assert.ok(failed.next_at, 'it is tried again by itself');
  remote.broken.clear();
  assert.deepEqual((await operator.post(`${source}/files/replay`, { ids: [failed.id] })).body, { replayed: 1 });
  assert.deepEqual(pulled(await run(source)), ['gone.jpg']);
  assert.deepEqual((await operator.post(`${source}/files/replay`, { state: 'skipped' })).body, { replayed: 1 });
  assert.equal((await run(source)).files.skipped.length, 1, 'it is no picture yet');
});

test('passwords are kept and used, and are nowhere to be read', async () => {
  remote.password = `ann:${secret}`;
  remote.put('locked.jpg', picture('locked'));
  const source = await make('Locked', { auth_username: 'ann', auth_password: 'wrong-but-secret' });
  const refused = await run(source);
  assert.equal(refused.outcome, 'failed', JSON.stringify(refused));
  const failing = await one(source);
  assert.deepEqual([failing.health, failing.has_secret, failing.auth_type], ['failing', true, 'basic']);
  assert.ok(failing.last_error && failing.last_error_at);
  assert.equal((await operator.patch(source, { auth_password: secret })).status, 200);
  assert.deepEqual(pulled(await run(source)), ['locked.jpg']);
  assert.equal((await one(source)).health, 'ok');
  // Whoever leads it elsewhere must know the password.
  for (const elsewhere of [{ base_url: remote.url.replace('127.0.0.1', '127.0.0.2') }, { source_type: 'webdav' }])
    assertRefused(await administrator.patch(source, elsewhere), 422, 'auth_password');
  const { id } = await one(source);
  assertRefused(await administrator.post(`${sources}/test`, { id, base_url: 'https://198.51.100.7/cards/' }), 422, 'auth_password');
  const trial = await administrator.post(`${sources}/test`, { id, base_url: remote.url });
  assert.equal(trial.status, 200, JSON.stringify(trial.body));
  assert.equal(trial.body.files, 1);

  const answers = [failing, refused, trial.body, await one(source), (await reviewer.get(`${source}/runs`)).body, (await reviewer.get(`${source}/files`)).body];
  const audit = await administrator.get('/api/v1/audit?limit=500');
  const base64 = Buffer.from(`ann:${secret}`).toString('base64');
  for (const word of [secret, 'wrong-but-secret', base64])
    for (const text of [JSON.stringify(answers), JSON.stringify(audit.body), server.log]) assert.ok(!text.includes(word), word);
});

test('an address is tried before it is kept', async () => {
  remote.put('a.jpg', picture('tried'));
  remote.put('notes.txt', 'no picture');
  const wish = { base_url: remote.url, settings: { ...inside, name_pattern: '*.jpg' } };
  const { status, body } = await administrator.post(`${sources}/test`, wish);
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(body.would_pull.filter(({ reason }) => reason === '').map(({ name }) => name), ['a.jpg']);
  assertRefused(await operator.post(`${sources}/test`, wish), 403, 'settings.allow_private_addresses');
  const outside = await operator.post(`${sources}/test`, { base_url: remote.url, settings: { allow_plain_transport: true } });
  assertRefused(outside, 422, 'settings.allow_private_addresses');
  assertRefused(await operator.post(`${sources}/test`, { base_url: remote.url }), 422, 'settings.allow_plain_transport');
  assert.deepEqual((await reviewer.get(`${sources}?all=true`)).body.results, []);
});

test('names are of one source alone', async () => {
  await make('Twin');
  const other = await make('Other');
  const twin = { name: 'Twin', location_id: location, base_url: 'https://192.0.2.1/cards/' };
  assertRefused(await operator.post(sources, twin), 409, 'name');
  assertRefused(await operator.patch(other, { name: 'Twin' }), 409, 'name');
});

test('reviewers look, operators change, and private addresses and folders are the administrator’s', async () => {
  const source = await make('Roles');
  for (const [role, name] of [['viewer', 'vera'], ['technician', 'tom']]) {
    const client = await server.as(role, name);
    for (const path of [sources, source, `${source}/runs`, `${source}/files`, `${source}/clock?offset_seconds=1`])
      assertRefused(await client.get(path), 403);
  }
  assert.equal((await reviewer.get(source)).status, 200);
  assertRefused(await reviewer.post(`${source}/process`), 403);
  assertRefused(await reviewer.patch(source, { name: 'x' }), 403);
  assertRefused(await reviewer.delete(source), 403);
  const wish = { name: 'Inside', location_id: location, base_url: 'https://192.0.2.1/' };
  assertRefused(await operator.post(sources, { ...wish, settings: inside }), 403, 'settings.allow_private_addresses');
  assertRefused(await operator.patch(source, { base_url: 'https://10.0.0.1/' }), 403, 'settings.allow_private_addresses');
  assertRefused(await operator.post(sources, { ...wish, base_url: '/etc/', source_type: 'folder' }), [403, 422]);
  const { token } = (await administrator.post('/api/v1/tokens', { name: 'reads', scopes: ['sources:read'], role: 'operator' })).body;
  const program = server.withToken(token);
  assert.equal((await program.get(source)).status, 200);
  assertRefused(await program.post(`${source}/process`), 403);
});

test('wrong values are refused by name', async () => {
  const wish = { name: 'Wrong', location_id: location, base_url: 'https://192.0.2.1/cards/' };
  for (const [more, field] of [
    [{ name: '' }, 'name'],
    [{ name: 'n'.repeat(101) }, 'name'],
    [{ name: 7 }, 'name'],
    [{ location_id: '018f0000-0000-7000-8000-000000000000' }, 'location_id'],
    [{ location_id: 'Meadow' }, 'location_id'],
    [{ base_url: '' }, 'base_url'],
    [{ base_url: 'gopher://192.0.2.1/' }, 'base_url'],
    [{ base_url: 'https://ann:pass@192.0.2.1/' }, 'base_url'],
    [{ base_url: 'http://192.0.2.1/' }, 'settings.allow_plain_transport'],
    [{ source_type: 'usenet' }, 'source_type'],
    [{ auth_type: 'digest' }, 'auth_type'],
    [{ auth_type: 'none', auth_password: 'x' }, 'auth_password'],
    [{ auth_type: 'header', auth_header: 'no colon' }, 'auth_header'],
    [{ auth_type: 'header', auth_header: 'X-Key: a\nHost: b' }, 'auth_header'],
    [{ auth_password: 'x', auth_header: 'X-Key: y' }, 'auth_header'],
    [{ is_active: 'yes' }, 'is_active'],
    [{ settings: 7 }, 'settings'],
    [{ settings: { depth: 17 } }, 'settings.depth'],
    [{ settings: { depth: -1 } }, 'settings.depth'],
    [{ settings: { max_files: 0 } }, 'settings.max_files'],
    [{ settings: { max_files: 1001 } }, 'settings.max_files'],
    [{ settings: { settle_seconds: 3601 } }, 'settings.settle_seconds'],
    [{ settings: { requests_per_second: 0 } }, 'settings.requests_per_second'],
    [{ settings: { connections: 17 } }, 'settings.connections'],
    [{ settings: { max_file_mb: 0 } }, 'settings.max_file_mb'],
    [{ settings: { until_drained: 'no' } }, 'settings.until_drained'],
    [{ settings: { quiet_days: 366 } }, 'settings.quiet_days'],
    [{ settings: { name_pattern: '' } }, 'settings.name_pattern'],
    [{ settings: { tags: 'fox' } }, 'settings.tags'],
    [{ settings: { depht: 1 } }, 'settings.depht'],
    [{ colour: 'red' }, 'colour'],
  ]) {
    assertRefused(await operator.post(sources, { ...wish, ...more }), 422, field);
  }
  assert.deepEqual((await reviewer.get(`${sources}?all=true`)).body.results, []);
});

test('a clock that was wrong is set right for photos that came and those to come, and files stay', async () => {
  const bytes = withExif(fixture('plain.jpg'), { camera: { 0x9003: '2020:05:01 12:00:00' } });
  remote.put('first.jpg', distinct(bytes, 'clock one'));
  const source = await make('Clock');
  assert.equal((await run(source)).pulled, 1);
  const photo = async (name) => (await photosOf()).find(({ original_filename }) => original_filename === name);
  const before = await photo('first.jpg');
  assert.equal(before.taken_at_source, 'exif');
  const later = (at) => new Date(Date.parse(at) + 3_600_000).getTime();
  const preview = (await reviewer.get(`${source}/clock?offset_seconds=3600`)).body;
  assert.deepEqual([preview.count, preview.photos.length, preview.photos[0].photo_id], [1, 1, before.id]);
  assert.equal(Date.parse(preview.photos[0].corrected_at), later(before.taken_at));
  assert.deepEqual((await operator.put(`${source}/clock`, { offset_seconds: 3600 })).body, { offset_seconds: 3600, corrected: 1 });
  const shifted = await photo('first.jpg');
  assert.equal(Date.parse(shifted.taken_at), later(before.taken_at));
  assert.equal(shifted.sha256, before.sha256);
  remote.put('second.jpg', distinct(bytes, 'clock two'));
  assert.equal((await run(source)).pulled, 1);
  assert.equal(Date.parse((await photo('second.jpg')).taken_at), later(before.taken_at));
  assert.deepEqual((await operator.put(`${source}/clock`, { offset_seconds: 0 })).body, { offset_seconds: 0, corrected: 2 });
  assertRefused(await operator.put(`${source}/clock`, { offset_seconds: 'noon' }), 422, 'offset_seconds');
  assertRefused(await operator.get(`${source}/clock`), 422, 'offset_seconds');
});

test('files that were given up are in the inbox for reviewers, and operators decide on them', async () => {
  const inbox = '/api/v1/failures/files';
  assert.deepEqual((await reviewer.get(inbox)).body, { results: [], next: null });
  assert.deepEqual((await reviewer.get(`${inbox}/causes`)).body, { results: [] });
  assert.deepEqual((await reviewer.get(`${inbox}/counts`)).body, { files: 0 });
  assert.deepEqual((await operator.post(`${inbox}/bulk`, { action: 'retry', filter: { reason: 'timeout' } })).body, { changed: 0 });
  assert.equal((await reviewer.post(`${inbox}/bulk`, { action: 'retry', filter: {} })).status, 403);
  assertRefused(await reviewer.get(`${inbox}?reason=odd`), 422, 'reason');
  assertRefused(await operator.post(`${inbox}/bulk`, { action: 'skip' }), 422, 'ids');
});

test('health and metrics tell of sources, without their names', async () => {
  await make('Unnamed in metrics', { base_url: 'https://192.0.2.1/' });
  const seen = async () => {
    const answer = await fetch(`${server.base}/metrics`);
    return (await answer.text()).split('\n').filter((line) => line.startsWith('sightglass_pull_')).join('\n');
  };
  const end = Date.now() + 60_000 * patience;
  let text = await seen();
  while (!/^sightglass_pull_sources\{state="all"\} 1$/m.test(text) && Date.now() < end) {
    await pause(500);
    text = await seen();
  }
  assert.match(text, /^sightglass_pull_sources\{state="all"\} 1$/m);
  assert.match(text, /^sightglass_pull_files\{state="stored"\} \d+$/m);
  assert.ok(!text.includes('Unnamed'));
  assert.equal((await (await fetch(`${server.base}/health`)).json()).sources.configured, 1);
});
