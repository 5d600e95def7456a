import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { password, startServer } from './support/server.mjs';
import { printedCode } from './support/first_run.mjs';

let server;
let visitor;
before(async () => {
  server = await startServer();
  visitor = server.anonymous();
});
after(() => server?.stop());

test('the first start asks for an administrator and prints a one-time code', async () => {
  const { status, body } = await visitor.get('/api/v1/setup');
  assert.equal(status, 200);
  assert.deepEqual(body, { needed: true });
  assert.ok(printedCode(server.log), `no code in the log:\n${server.log}`);
});

test('a wrong code makes nobody', async () => {
  const answer = await visitor.post('/api/v1/setup/', { code: 'AAAA-AAAA-AAAA', username: 'eve', password });
  assertRefused(answer, 403);
  assert.equal((await visitor.get('/api/v1/setup')).body.needed, true);
});

test('a short password and a bad name are refused by field', async () => {
  const code = printedCode(server.log);
  assertRefused(await visitor.post('/api/v1/setup', { code, username: 'root', password: 'short' }), 422, 'password');
  assertRefused(await visitor.post('/api/v1/setup', { code, username: 'a b', password }), 422, 'username');
  assertRefused(await visitor.post('/api/v1/setup', { code, username: 'root' }), 422, 'password');
});

test('the printed code makes the first administrator, once', async () => {
  const code = printedCode(server.log);
  const made = await visitor.post('/api/v1/setup', { code, username: 'ada', password });
  assert.equal(made.status, 201);
  assert.equal(made.body.user.username, 'ada');
  assert.equal(made.body.user.role, 'administrator');
  assertRefused(await visitor.post('/api/v1/setup', { code, username: 'bob', password }), 409);
  assert.deepEqual((await visitor.get('/api/v1/setup/')).body, { needed: false });
  const token = await visitor.login('ada', password);
  assert.equal((await server.withToken(token).get('/api/v1/users')).status, 200);
});
