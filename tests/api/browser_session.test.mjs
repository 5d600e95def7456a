import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused, formOf } from './support/client.mjs';
import { fixture } from './support/pictures.mjs';
import { password, startServer } from './support/server.mjs';

let server;
let visitor;
let cookie;
let csrf;
before(async () => {
  server = await startServer();
  visitor = server.anonymous();
  server.addUser('tina', 'technician');
});
after(() => server?.stop());

const asBrowser = (method, path, value, headers = {}) =>
  visitor.request(method, path, {
    headers: { Cookie: cookie, ...(value ? { 'Content-Type': 'application/json' } : {}), ...headers },
    body: value && JSON.stringify(value),
  });

test('opening a session sets a cookie that scripts and other sites cannot use', async () => {
  const answer = await visitor.post('/api/v1/auth/session', { username: 'tina', password });
  assert.equal(answer.status, 200);
  assert.equal(answer.body.user.username, 'tina');
  const set = answer.headers.get('set-cookie'); // the only one; Debian's Node.js 18 has no getSetCookie()
  assert.match(set, /^sightglass_session=[^;]+/);
  assert.match(set, /; HttpOnly/);
  assert.match(set, /; SameSite=Strict/);
  assert.match(set, /; Path=\//);
  assert.doesNotMatch(set, /; Secure/); // only over TLS, or a browser on plain HTTP would drop it
  cookie = set.split(';')[0];
  csrf = answer.body.csrf_token;
});

test('the cookie alone reads', async () => {
  const answer = await asBrowser('GET', '/api/v1/auth/session');
  assert.equal(answer.status, 200);
  assert.equal(answer.body.csrf_token, csrf);
  assert.equal((await asBrowser('GET', '/api/v1/jobs')).status, 200);
});

test('changing something needs the CSRF token too', async () => {
  assertRefused(await asBrowser('POST', '/api/v1/jobs', { title: 'No token' }), 403);
  assertRefused(await asBrowser('POST', '/api/v1/jobs', { title: 'Wrong' }, { 'X-CSRF-Token': 'wrong' }), 403);
  const made = await asBrowser('POST', '/api/v1/jobs', { title: 'With token' }, { 'X-CSRF-Token': csrf });
  assert.equal(made.status, 201);
  const path = `/job/${made.body.id}/add_image`;
  const body = () => formOf({ image: { bytes: fixture('plain.jpg') } });
  const refused = await visitor.request('POST', path, { headers: { Cookie: cookie }, body: body() });
  assert.equal(refused.status, 403);
  const taken = await visitor.request('POST', path, { headers: { Cookie: cookie, 'X-CSRF-Token': csrf }, body: body() });
  assert.equal(taken.status, 200);
});

test('where nobody need be signed in, a live cookie without its CSRF token is a stranger', async () => {
  const again = await asBrowser('POST', '/api/v1/auth/session', { username: 'tina', password });
  assert.equal(again.status, 200, JSON.stringify(again.body));
  assertRefused(await asBrowser('POST', '/api/v1/auth/login', { username: 'tina', password: 'wrong' }), 401);
});

test('a session is refused to a wrong password, and absent without a cookie', async () => {
  assertRefused(await visitor.post('/api/v1/auth/session', { username: 'tina', password: 'wrong' }), 401);
  assertRefused(await visitor.get('/api/v1/auth/session'), 401);
  assertRefused(await visitor.get('/api/v1/auth/session', { Cookie: 'sightglass_session=made-up' }), 401);
});

test('closing the session ends the cookie', async () => {
  assertRefused(await asBrowser('DELETE', '/api/v1/auth/session'), 403);
  assert.equal((await asBrowser('DELETE', '/api/v1/auth/session/', undefined, { 'X-CSRF-Token': csrf })).status, 204);
  assertRefused(await asBrowser('GET', '/api/v1/jobs'), 401);
});
