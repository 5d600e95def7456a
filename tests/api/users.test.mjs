import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { password, startServer } from './support/server.mjs';

let server;
let admin;
before(async () => {
  server = await startServer();
  admin = await server.as('administrator', 'ada');
});
after(() => server?.stop());

test('an administrator adds, lists, reads and changes users', async () => {
  const made = await admin.post('/api/v1/users', { username: 'vera', password, role: 'viewer' });
  assert.equal(made.status, 201);
  assert.equal(made.body.role, 'viewer');
  assert.equal(made.body.disabled, false);
  const list = await admin.get('/api/v1/users/');
  assert.deepEqual(list.body.results.map((user) => user.username).sort(), ['ada', 'vera']);
  const path = `/api/v1/users/${made.body.id}/`;
  assert.equal((await admin.get(path)).body.username, 'vera');
  const changed = await admin.patch(path, { role: 'reviewer' });
  assert.equal(changed.status, 200);
  assert.equal(changed.body.role, 'reviewer');
});

test('a name in use, in whatever case, is a conflict', async () => {
  assertRefused(await admin.post('/api/v1/users', { username: 'ADA', password, role: 'viewer' }), 409);
});

test('a disabled user is out at once', async () => {
  const vera = await server.as('viewer', 'vic');
  const { body } = await admin.get('/api/v1/users');
  const { id } = body.results.find((user) => user.username === 'vic');
  assert.equal((await vera.get('/api/v1/auth/me')).status, 200);
  assert.equal((await admin.patch(`/api/v1/users/${id}`, { disabled: true })).status, 200);
  assertRefused(await vera.get('/api/v1/auth/me'), 401);
  assertRefused(await server.anonymous().post('/api/v1/auth/login', { username: 'vic', password }), 401);
});

test('the last administrator stays one', async () => {
  const { body } = await admin.get('/api/v1/auth/me');
  assertRefused(await admin.patch(`/api/v1/users/${body.id}`, { role: 'viewer' }), 409);
  assertRefused(await admin.patch(`/api/v1/users/${body.id}`, { disabled: true }), 409);
});

test('bad users are refused by field', async () => {
  const good = { username: 'new', password, role: 'viewer' };
  assertRefused(await admin.post('/api/v1/users', { ...good, role: 'king' }), 422, 'role');
  assertRefused(await admin.post('/api/v1/users', { ...good, role: 7 }), 422, 'role');
  assertRefused(await admin.post('/api/v1/users', { ...good, username: '' }), 422, 'username');
  assertRefused(await admin.post('/api/v1/users', { ...good, username: '../x' }), 422, 'username');
  assertRefused(await admin.post('/api/v1/users', { ...good, username: 'x'.repeat(65) }), 422, 'username');
  assertRefused(await admin.post('/api/v1/users', { ...good, password: 'short' }), 422, 'password');
  assertRefused(await admin.post('/api/v1/users', { ...good, extra: true }), 422, 'extra');
  assertRefused(await admin.get('/api/v1/users/not-an-id'), 404);
  assertRefused(await admin.get('/api/v1/users/018f0000-0000-7000-8000-000000000000'), 404);
});

test('nobody else sees or changes users', async () => {
  for (const role of ['viewer', 'technician', 'reviewer', 'operator']) {
    const client = await server.as(role);
    assertRefused(await client.get('/api/v1/users'), 403);
    assertRefused(await client.post('/api/v1/users', { username: 'x', password, role }), 403);
    assertRefused(await client.get('/api/v1/audit'), 403);
  }
});
