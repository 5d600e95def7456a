import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

let server;
let tina;
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
});
after(() => server?.stop());

async function makeToken(client, fields) {
  const answer = await client.post('/api/v1/tokens/', { name: 'robot', scopes: ['photos:read'], ...fields });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

test('a token’s text is shown once and never again', async () => {
  const made = await makeToken(tina, {});
  assert.match(made.token, /^sgt_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/);
  const list = await tina.get('/api/v1/tokens');
  assert.ok(list.body.results.some((token) => token.id === made.id));
  assert.equal(JSON.stringify(list.body).includes(made.token.slice(-43)), false);
});

test('a token does what its scopes say and nothing else', async () => {
  const reader = server.withToken((await makeToken(tina, { scopes: ['photos:read'] })).token);
  assert.equal((await reader.get('/api/v1/images/photos/')).status, 200);
  assertRefused(await reader.uploadPhoto(fixture('plain.jpg')), 403);
  assertRefused(await reader.get('/api/v1/jobs'), 403);
  const writer = server.withToken((await makeToken(tina, { scopes: ['photos:write'] })).token);
  assert.equal((await writer.uploadPhoto(fixture('plain.jpg'))).status, 201);
});

test('a token never exceeds its owner', async () => {
  assertRefused(await tina.post('/api/v1/tokens', { name: 'up', scopes: ['users:read'], role: 'administrator' }), [403, 422]);
  const wide = await makeToken(tina, { scopes: ['users:read', 'audit:read'] });
  assertRefused(await server.withToken(wide.token).get('/api/v1/users'), 403);
  const lower = await makeToken(tina, { scopes: ['photos:write'], role: 'viewer' });
  assertRefused(await server.withToken(lower.token).uploadPhoto(fixture('plain.jpg')), 403);
});

test('a token cannot make tokens', async () => {
  const wanted = { name: 'mother', scopes: ['tokens:write'] };
  assertRefused(await tina.post('/api/v1/tokens', wanted), 422, 'scopes');
  const robot = server.withToken((await makeToken(tina, { scopes: ['photos:write'] })).token);
  assertRefused(await robot.post('/api/v1/tokens', { name: 'child', scopes: ['photos:read'] }), 403);
});

test('a revoked or ended token is refused', async () => {
  const made = await makeToken(tina, {});
  assert.equal((await tina.delete(`/api/v1/tokens/${made.id}/`)).status, 204);
  assertRefused(await server.withToken(made.token).get('/api/v1/images/photos/'), 401);
  assertRefused(await tina.post('/api/v1/tokens', { name: 'old', scopes: ['photos:read'], expires_at: '2001-01-01T00:00:00Z' }), 422, 'expires_at');
});

test('tokens of others cannot be seen or ended', async () => {
  const made = await makeToken(tina, {});
  const other = await server.as('technician', 'otto');
  assertRefused(await other.delete(`/api/v1/tokens/${made.id}`), 404);
  assert.equal((await other.get('/api/v1/tokens')).body.results.length, 0);
});

test('bad tokens are refused by field', async () => {
  assertRefused(await tina.post('/api/v1/tokens', { scopes: ['photos:read'] }), 422, 'name');
  assertRefused(await tina.post('/api/v1/tokens', { name: 'x', scopes: [] }), 422, 'scopes');
  assertRefused(await tina.post('/api/v1/tokens', { name: 'x', scopes: ['everything'] }), 422, 'scopes');
  assertRefused(await tina.post('/api/v1/tokens', { name: 'x', scopes: 'photos:read' }), 422, 'scopes');
  assertRefused(await tina.post('/api/v1/tokens', { name: 'x', scopes: ['photos:read'], expires_at: 'soon' }), 422, 'expires_at');
});
