import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { password, startServer } from './support/server.mjs';

let server;
let visitor;
before(async () => {
  server = await startServer();
  visitor = server.anonymous();
  server.addUser('tina', 'technician');
});
after(() => server?.stop());

const signIn = () => visitor.post('/api/v1/auth/login/', { username: 'tina', password });

test('login answers a pair of tokens', async () => {
  const { status, body } = await signIn();
  assert.equal(status, 200);
  assert.equal(body.token_type, 'Bearer');
  assert.ok(body.expires_in > 0);
  assert.equal(typeof body.access_token, 'string');
  assert.equal(typeof body.refresh_token, 'string');
});

test('login refuses a wrong password and an unknown name with the same words', async () => {
  const wrong = await visitor.post('/api/v1/auth/login', { username: 'tina', password: 'not the password' });
  const unknown = await visitor.post('/api/v1/auth/login', { username: 'nobody', password: 'not the password' });
  assertRefused(wrong, 401);
  assertRefused(unknown, 401);
  assert.equal(wrong.body.error.message, unknown.body.error.message);
});

test('login names what is missing or wrong in its body', async () => {
  assertRefused(await visitor.post('/api/v1/auth/login', { username: 'tina' }), 422, 'password');
  assertRefused(await visitor.post('/api/v1/auth/login', { username: 7, password }), 422, 'username');
  assertRefused(await visitor.post('/api/v1/auth/login', { username: 'tina', password, x: 1 }), 422, 'x');
  assertRefused(await visitor.post('/api/v1/auth/login', '{"username":'), 400);
  const plain = await visitor.post('/api/v1/auth/login', 'username=tina', { 'Content-Type': 'text/plain' });
  assertRefused(plain, 415);
});

test('me answers who the token speaks for', async () => {
  const { body } = await signIn();
  const me = await server.withToken(body.access_token).get('/api/v1/auth/me/');
  assert.equal(me.status, 200);
  assert.equal(me.body.username, 'tina');
  assert.equal(me.body.role, 'technician');
  assert.equal('password_hash' in me.body, false);
});

test('everything else asks for a token', async () => {
  for (const path of ['/api/v1/auth/me', '/api/v1/jobs', '/api/v1/images/photos/', '/api/v1/users', '/locations']) {
    assertRefused(await visitor.get(path), 401);
  }
  for (const forged of ['x', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0aW5hIn0.', 'sgt_0_0']) {
    assertRefused(await server.withToken(forged).get('/api/v1/jobs'), 401);
  }
});

test('a token with another signature or without one is refused', async () => {
  const { body } = await signIn();
  const [head, payload, signature] = body.access_token.split('.');
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  const flipped = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
  for (const token of [`${head}.${payload}.${flipped}`, `${none}.${payload}.`, `${none}.${payload}.${signature}`]) {
    assertRefused(await server.withToken(token).get('/api/v1/auth/me'), 401);
  }
});

test('a refresh token works once, and its reuse ends the chain', async () => {
  const { body: first } = await signIn();
  const second = await visitor.post('/api/v1/auth/refresh/', { refresh_token: first.refresh_token });
  assert.equal(second.status, 200);
  assert.notEqual(second.body.refresh_token, first.refresh_token);
  assert.equal((await server.withToken(second.body.access_token).get('/api/v1/auth/me')).status, 200);
  assertRefused(await visitor.post('/api/v1/auth/refresh', { refresh_token: first.refresh_token }), 401);
  assertRefused(await visitor.post('/api/v1/auth/refresh', { refresh_token: second.body.refresh_token }), 401);
});

test('refresh refuses what is no token', async () => {
  assertRefused(await visitor.post('/api/v1/auth/refresh', { refresh_token: 'made up' }), 401);
  assertRefused(await visitor.post('/api/v1/auth/refresh', {}), 422, 'refresh_token');
});

test('logout ends the sign-in with its refresh token', async () => {
  const { body } = await signIn();
  const client = server.withToken(body.access_token);
  assert.equal((await client.post('/api/v1/auth/logout/')).status, 204);
  assertRefused(await client.get('/api/v1/auth/me'), 401);
  assertRefused(await visitor.post('/api/v1/auth/refresh', { refresh_token: body.refresh_token }), 401);
});

test('changing the password asks for the old one and ends older sign-ins', async () => {
  server.addUser('carl', 'viewer');
  const old = await visitor.login('carl', password);
  const client = server.withToken(old);
  const next = 'another long passphrase';
  const wrong = await client.post('/api/v1/auth/password', { current_password: 'no', new_password: next });
  assertRefused(wrong, [401, 403, 422]);
  const short = await client.post('/api/v1/auth/password', { current_password: password, new_password: 'short' });
  assertRefused(short, 422, 'new_password');
  const changed = await client.post('/api/v1/auth/password/', { current_password: password, new_password: next });
  assert.equal(changed.status, 204);
  assertRefused(await visitor.post('/api/v1/auth/login', { username: 'carl', password }), 401);
  assert.ok(await visitor.login('carl', next));
});
