// Behind a proxy on this machine that the server was told to trust.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { password, startServer } from './support/server.mjs';

let server;
before(async () => {
  server = await startServer({ 'server.trusted_proxies': '127.0.0.0/8,::1', 'accounts.login_attempts_per_minute': 2 });
  server.addUser('olga', 'operator');
});
after(() => server?.stop());

const signIn = (headers, typed = password) =>
  fetch(`${server.base}/api/v1/auth/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ username: 'olga', password: typed }),
  });

test('the cookie is Secure when the client spoke TLS to the proxy', async () => {
  const secure = await signIn({ 'x-forwarded-proto': 'https' });
  assert.equal(secure.status, 200);
  assert.match(secure.headers.get('set-cookie'), /; Secure/);
  const open = await signIn({ 'x-forwarded-proto': 'http' });
  assert.equal(open.status, 200);
  assert.doesNotMatch(open.headers.get('set-cookie'), /; Secure/);
});

test('who guesses passwords through the proxy locks out only that address', async () => {
  const guesser = { 'x-forwarded-for': '198.51.100.7, 203.0.113.5' };
  const statuses = [];
  for (let attempt = 0; attempt < 3; attempt += 1) statuses.push((await signIn(guesser, 'wrong')).status);
  assert.deepEqual(statuses, [401, 401, 429]);
  assert.equal((await signIn({ 'x-forwarded-for': '203.0.113.6' })).status, 200);
  assert.equal((await signIn({ 'x-forwarded-for': '203.0.113.5:4711' })).status, 429, 'a port is no other address');
});

test('the audit log and the access log name the client', async () => {
  assert.equal((await signIn({ 'x-forwarded-for': '2001:DB8::9' })).status, 200);
  const administrator = await server.as('administrator');
  const { body } = await administrator.get('/api/v1/audit?limit=50');
  assert.ok(body.results.some(({ peer }) => peer === '2001:db8::9'), JSON.stringify(body.results.map(({ peer }) => peer)));
  assert.match(server.log, /peer="?2001:db8::9/);
});

test('nonsense in the header changes nothing', async () => {
  const hostile = ['unknown', '[::1', 'x'.repeat(8000), Array(1000).fill('127.0.0.1').join(), ',,,', '1.2.3.4.5, ::ffff:1'];
  for (const value of hostile) {
    const { status } = await fetch(`${server.base}/health`, { headers: { 'x-forwarded-for': value } });
    assert.equal(status, 200, value.slice(0, 40));
  }
});
