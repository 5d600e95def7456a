import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { nowhere } from './support/findings.mjs';
import { startServer } from './support/server.mjs';

const models = '/api/v1/models';
let server;
let operator;
let reviewer;
let viewer;
before(async () => {
  server = await startServer();
  operator = await server.as('operator');
  reviewer = await server.as('reviewer');
  viewer = await server.as('viewer');
});
after(() => server?.stop());

test('a registry without models says so', async () => {
  for (const path of [models, `${models}/`, `${models}?task=anomaly&state=ready`])
    assert.deepEqual((await reviewer.get(path)).body, { results: [], next: null });
  assertRefused(await reviewer.get(`${models}/${nowhere}`), 404);
  assertRefused(await reviewer.get(`${models}/x`), 404);
  assertRefused(await reviewer.get(`${models}?cursor=x`), 422, 'cursor');
  assertRefused(await reviewer.get(`${models}?odd=1`), 422, 'odd');
  assertRefused(await viewer.get(models), 403);
});

test('what cannot be promoted or rolled back is refused with the reason', async () => {
  assertRefused(await operator.post(`${models}/${nowhere}/promote/`, {}), 404);
  assertRefused(await operator.post(`${models}/${nowhere}/promote`), 404);
  assertRefused(await operator.post(`${models}/rollback/`, { task: 'anomaly' }), 409);
  const roll = (fields) => operator.post(`${models}/rollback`, fields);
  assertRefused(await roll({}), 422, 'task');
  assertRefused(await roll({ task: 'anomaly', scope: { kind: 'odd', value: 'x' } }), 422, 'scope');
  assertRefused(await roll({ task: 'anomaly', scope: { kind: 'global', value: 'x' } }), 422, 'scope');
  assertRefused(await roll({ task: 'anomaly', scope: { kind: 'asset_type' } }), 422, 'scope');
  assertRefused(await roll({ task: 'anomaly', scope: 'global' }), 422, 'scope');
  assertRefused(await roll({ task: 'anomaly', odd: 1 }), 422, 'odd');
  assertRefused(await reviewer.post(`${models}/rollback`, { task: 'anomaly' }), 403);
});
