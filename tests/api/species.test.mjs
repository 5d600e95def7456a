// Which species may occur where.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { nowhere } from './support/findings.mjs';
import { startServer } from './support/server.mjs';

const species = '/api/v1/species';
const fox = { name: 'red fox', scientific_name: 'Vulpes vulpes' };
let server;
let olga;
let vic;
let place;
before(async () => {
  server = await startServer();
  olga = await server.as('operator', 'olga');
  vic = await server.as('viewer', 'vic');
  place = (await olga.post('/api/v1/locations', { name: 'Creek' })).body.id;
});
after(() => server?.stop());

test('a place has its own list, else the one for everywhere', async () => {
  const of = async (location) => (await vic.get(location ? `${species}?location=${location}` : species)).body;
  assert.deepEqual(await of(place), { location_id: null, species: [] });
  const everywhere = await olga.put(species, { species: [{ name: ' wolf ' }] });
  assert.deepEqual([everywhere.status, everywhere.body], [200, { location_id: null, species: [{ name: 'wolf', scientific_name: '' }] }]);
  assert.deepEqual(await of(place), everywhere.body);
  const own = await olga.put(`${species}?location=${place}`, { species: [fox, { name: 'bird' }] });
  assert.deepEqual(own.body, { location_id: place, species: [fox, { name: 'bird', scientific_name: '' }] });
  assert.deepEqual(await of(place), own.body);
  assert.deepEqual(await of(), everywhere.body);
  assert.deepEqual((await olga.delete(`${species}?location=${place}`)).body, everywhere.body);
  assert.deepEqual((await olga.delete(species)).body, { location_id: null, species: [] });
});

test('what is no list of species is refused by name', async () => {
  const bad = [
    [{ species: [] }, 'species'],
    [{ species: ['fox'] }, 'species'],
    [{}, 'species'],
    [{ species: [{ name: '  ' }] }, 'species'],
    [{ species: [fox, { name: 'Red FOX' }] }, 'species'],
    [{ species: [{ name: 'fox', scientific_name: 'Vulpes vulpes (Linnaeus, 1758)' }] }, 'species'],
    [{ species: [{ name: 7 }] }, 'name'],
    [{ species: [{ name: 'x'.repeat(201) }] }, 'name'],
    [{ species: [fox], region: 'north' }, 'region'],
    [{ species: [{ ...fox, rank: 'species' }] }, 'rank'],
    [{ species: Array.from({ length: 2001 }, (_, i) => ({ name: `s${i}` })) }, 'species'],
  ];
  for (const [body, field] of bad) assertRefused(await olga.put(species, body), 422, field);
  assertRefused(await olga.put(`${species}?location=${nowhere}`, { species: [fox] }), 422, 'location');
  assertRefused(await olga.put(`${species}?location=here`, { species: [fox] }), 422, 'location');
  assertRefused(await vic.put(species, { species: [fox] }), 403);
  assertRefused(await vic.delete(species), 403);
  assert.deepEqual((await vic.get(species)).body.species, [], 'nothing of it was kept');
});
