import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { binary, startServer } from './support/server.mjs';

const list = '/api/v1/images/photos';
// Three in one street, one across the river, one on either side of the 180° meridian, one at the pole.
const places = [[52.52, 13.405], [52.5201, 13.4051], [52.5202, 13.4052], [52.48, 13.5], [-17, 179.9], [-17, -179.9], [90, 0]];

let server;
let tina;
let tom;
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
  tom = await server.as('technician', 'tom');
  for (const [index, [latitude, longitude]] of places.entries()) {
    const photo = await tina.newPhoto(distinct(fixture('orientation_1.jpg'), `place ${index}`), { tags: index < 2 ? 'weld' : 'pump' });
    assert.equal((await tina.patch(`${list}/${photo.id}`, { latitude, longitude })).status, 200);
  }
});
after(() => server?.stop());

async function clusters(query, who = tina) {
  const { status, body } = await who.get(`${list}/clusters?${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body.clusters;
}
const counts = async (query, who) => (await clusters(query, who)).map(({ count }) => count);

test('photos near one another are one cluster, the nearer the map the fewer', async () => {
  assert.deepEqual(await counts('zoom=2'), [1, 4, 1, 1]);
  assert.deepEqual(await counts('zoom=2&bbox=13,52,14,53'), [4]);
  assert.deepEqual((await counts('zoom=10&bbox=13,52,14,53')).sort(), [1, 3]);
  assert.equal((await counts('zoom=22&bbox=13,52,14,53')).length, 4);
});

test('a cluster’s box finds its photos in the listing, its own among them', async () => {
  const all = await clusters('zoom=10');
  assert.equal(all.reduce((sum, { count }) => sum + count, 0), places.length);
  for (const { bbox, count, photo_id: id, latitude, longitude } of all) {
    const found = (await tina.get(`${list}?bbox=${bbox.join(',')}`)).body.results;
    assert.equal(found.length, count);
    assert.ok(found.some((photo) => photo.id === id));
    assert.ok(bbox[0] <= longitude && longitude <= bbox[2] && bbox[1] <= latitude && latitude <= bbox[3]);
  }
});

test('a box over the 180° meridian finds both sides', async () => {
  assert.deepEqual(await counts('zoom=5&bbox=179,-20,-179,-10'), [1, 1]);
  assert.deepEqual(await counts('zoom=5&bbox=-179,-20,179,-10'), []);
});

test('filters hold, and only what may be seen is counted', async () => {
  assert.deepEqual(await counts('zoom=2&tag=weld'), [2]);
  assert.deepEqual(await counts('zoom=2&uploader=nobody'), []);
  assert.deepEqual(await counts('zoom=0', tom), []);
  assert.equal((await counts('zoom=2', await server.as('viewer'))).length, 4);
  const [{ photo_id: id }] = await clusters('zoom=2&bbox=-1,89,1,90');
  assert.equal((await tina.post(`${list}/${id}/trash`)).status, 204);
  assert.deepEqual(await counts('zoom=2&bbox=-1,89,1,90'), []);
  assert.deepEqual(await counts('zoom=2&trashed=true'), [1]);
  assert.equal((await tina.post(`${list}/${id}/restore`)).status, 204);
});

test('what makes no sense is refused by name', async () => {
  for (const zoom of ['', '-1', '23', 'x', '1.5', '99999999999999999999']) {
    assertRefused(await tina.get(`${list}/clusters?zoom=${zoom}`), 422, 'zoom');
  }
  for (const bbox of ['1,2,3', 'a,b,c,d', '0,10,0,-10', '0,0,999,1', 'nan,0,1,1', '1,2,3,4,5']) {
    assertRefused(await tina.get(`${list}/clusters?zoom=3&bbox=${bbox}`), 422, 'bbox');
  }
  assertRefused(await tina.get(`${list}/clusters?zoom=3&limit=5`), 422, 'limit');
  assertRefused(await tina.get(`${list}/clusters?zoom=3&tag=${'x'.repeat(300)}`), 422, 'tag');
  assert.equal((await server.anonymous().get(`${list}/clusters?zoom=3`)).status, 401);
});

const policyOf = async (base) => (await fetch(`${base}/map`)).headers.get('content-security-policy');

test('without a tile server, pages show pictures of their own server alone', async () => {
  assert.deepEqual((await tina.get('/api/v1/map')).body, { tile_server: null, attribution: '' });
  assert.equal((await server.anonymous().get('/api/v1/map')).status, 401);
  assert.match(await policyOf(server.base), /img-src 'self' blob: data:;/);
});

test('with one, they show its tiles too, and nothing else of it', async () => {
  const pattern = 'https://tiles.example.org:8443/{z}/{x}/{y}.png?key=a-b';
  const attribution = '© <b>OpenStreetMap</b>';
  const tiled = await startServer({ 'web.tile_server': pattern, 'web.tile_attribution': attribution });
  try {
    assert.deepEqual((await (await tiled.as('viewer')).get('/api/v1/map')).body, { tile_server: pattern, attribution });
    const policy = await policyOf(tiled.base);
    assert.match(policy, /img-src 'self' blob: data: https:\/\/tiles\.example\.org:8443;/);
    assert.equal(policy.match(/example/g).length, 1);
    assert.match((await fetch(`${tiled.base}/photos`)).headers.get('content-security-policy'), /example/);
  } finally {
    await tiled.stop();
  }
});

test('a tile server that is none keeps the server from starting, and says why', () => {
  const data = mkdtempSync(join(tmpdir(), 'sightglass-tiles-'));
  const refused = {
    'tiles.example.org/{z}/{x}/{y}.png': /must begin with https/,
    'javascript:alert({z}{x}{y})': /must begin with https/,
    'https://{z}.example.org/{x}/{y}': /must name one host/,
    "https://a.example 'unsafe-inline'/{z}/{x}/{y}": /must name one host/,
    'https://user:word@example.org/{z}/{x}/{y}': /must name one host/,
    'https://example.org/{z}/{x}.png': /\{z\}, \{x\} and \{y\}/,
    'https://example.org/{z}/{x}/{y}/{s}': /no other placeholder/,
    'https://example.org/{z}/{x}/{y};script-src': /no address holds/,
    'https://example.org': /must name one host/,
  };
  for (const [pattern, reason] of Object.entries(refused)) {
    const flags = ['serve', '--data', data, '--listen', '127.0.0.1:0', '--set', `web.tile_server=${pattern}`];
    const { status, stderr } = spawnSync(binary, flags, { encoding: 'utf8', timeout: 20_000 });
    assert.equal(status, 2, pattern);
    assert.match(stderr, reason);
    assert.match(stderr, /web\.tile_server/);
  }
  rmSync(data, { recursive: true, force: true });
});
