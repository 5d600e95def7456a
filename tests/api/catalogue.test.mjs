import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

const nowhere = '018f0000-0000-7000-8000-000000000000';

let server;
let operator;
before(async () => {
  server = await startServer();
  operator = await server.as('operator');
});
after(() => server?.stop());

test('locations stand at both addresses with the same rows', async () => {
  const place = { name: 'Dam', latitude: 46.5, longitude: -7.25, description: 'North' };
  const made = await operator.post('/locations', place);
  assert.equal(made.status, 201);
  for (const [name, value] of Object.entries(place)) assert.equal(made.body[name], value);
  for (const base of ['/locations', '/api/v1/locations']) {
    assert.ok((await operator.get(`${base}/`)).body.results.some((one) => one.id === made.body.id));
    assert.deepEqual((await operator.get(`${base}/${made.body.id}/`)).body, made.body);
  }
  const changed = await operator.patch(`/api/v1/locations/${made.body.id}`, { description: 'South', altitude: 12.5 });
  assert.equal(changed.status, 200);
  assert.equal(changed.body.description, 'South');
  assert.equal(changed.body.latitude, 46.5);
  assert.equal((await operator.delete(`/locations/${made.body.id}`)).status, 204);
  assertRefused(await operator.get(`/api/v1/locations/${made.body.id}`), 404);
});

test('a location needs no position, but no half of one', async () => {
  const made = await operator.post('/api/v1/locations', { name: 'Somewhere' });
  assert.equal(made.status, 201);
  assert.equal(made.body.latitude, null);
  assertRefused(await operator.post('/locations', { name: 'Half', latitude: 3 }), 422);
  assertRefused(await operator.post('/locations', { name: 'Far', latitude: 91, longitude: 0 }), 422, 'latitude');
  assertRefused(await operator.post('/locations', { name: 'Far', latitude: 0, longitude: '0' }), 422, 'longitude');
  assertRefused(await operator.post('/locations', { latitude: 0, longitude: 0 }), 422, 'name');
  assertRefused(await operator.post('/locations', { name: '' }), 422, 'name');
  assertRefused(await operator.post('/locations', { name: 'x', colour: 1 }), 422, 'colour');
  assertRefused(await operator.post('/locations', { name: 'Somewhere' }), 409);
});

test('an asset is recorded, found, changed and deleted', async () => {
  const made = await operator.post('/api/v1/assets/', { code: 'P-7', name: 'Pump', type: 'pump' });
  assert.equal(made.status, 201);
  assert.equal(made.body.code, 'P-7');
  assert.deepEqual((await operator.get(`/api/v1/assets/${made.body.id}`)).body, made.body);
  assert.deepEqual((await operator.get('/api/v1/assets?q=PUMP')).body.results.map((one) => one.id), [made.body.id]);
  const changed = await operator.patch(`/api/v1/assets/${made.body.id}/`, { name: 'Main pump' });
  assert.equal(changed.body.name, 'Main pump');
  assert.equal(changed.body.code, 'P-7');
  assertRefused(await operator.post('/api/v1/assets', { code: 'P-7' }), 409);
  assert.equal((await operator.delete(`/api/v1/assets/${made.body.id}`)).status, 204);
  assertRefused(await operator.get(`/api/v1/assets/${made.body.id}`), 404);
});

test('an asset without a code gets one from its name', async () => {
  const made = await operator.post('/api/v1/assets', { name: 'Boiler house' });
  assert.equal(made.status, 201);
  assert.ok(made.body.code.length > 0);
});

test('bad assets are refused by field', async () => {
  assertRefused(await operator.post('/api/v1/assets', {}), 422);
  assertRefused(await operator.post('/api/v1/assets', { name: 7 }), 422, 'name');
  assertRefused(await operator.post('/api/v1/assets', { name: 'x', location_id: nowhere }), [404, 422], 'location_id');
  assertRefused(await operator.post('/api/v1/assets', { name: 'x', location_id: 'x' }), 422, 'location_id');
  assertRefused(await operator.post('/api/v1/assets', { name: 'x', colour: 1 }), 422, 'colour');
  assertRefused(await operator.get(`/api/v1/assets/${nowhere}`), 404);
  assertRefused(await operator.patch(`/api/v1/assets/${nowhere}`, { name: 'x' }), 404);
  assertRefused(await operator.get('/api/v1/assets?limit=-1'), 422, 'limit');
  assertRefused(await operator.get('/api/v1/locations?cursor=nowhere'), 422, 'cursor');
});

test('what photos name cannot be deleted away from under them', async () => {
  const place = (await operator.post('/locations', { name: 'Named' })).body;
  const asset = (await operator.post('/api/v1/assets', { code: 'NAMED', location_id: place.id })).body;
  await operator.newPhoto(fixture('plain.jpg'), { asset_id: 'NAMED', location_id: place.id });
  assertRefused(await operator.delete(`/api/v1/assets/${asset.id}`), 409);
  assertRefused(await operator.delete(`/api/v1/locations/${place.id}`), 409);
});

test('assets come in pages without gap or repeat', async () => {
  for (let i = 0; i < 5; i += 1) await operator.post('/api/v1/assets', { code: `PAGE-${i}`, name: 'Paged thing' });
  const seen = [];
  let cursor = '';
  do {
    const { body } = await operator.get(`/api/v1/assets?q=paged&limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    seen.push(...body.results.map((one) => one.code));
    cursor = body.next;
  } while (cursor);
  assert.deepEqual(seen.sort(), [0, 1, 2, 3, 4].map((i) => `PAGE-${i}`));
});
