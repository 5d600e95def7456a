import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { startServer } from './support/server.mjs';

let server;
before(async () => {
  server = await startServer({ 'accounts.login_attempts_per_minute': 5 });
  server.addUser('tina', 'technician');
});
after(() => server?.stop());

test('login answers 429 with Retry-After after too many wrong passwords', async () => {
  const visitor = server.anonymous();
  const answers = [];
  for (let i = 0; i < 12; i += 1) {
    answers.push(await visitor.post('/api/v1/auth/login', { username: 'tina', password: `wrong ${i}` }));
  }
  assert.equal(answers[0].status, 401);
  const last = answers.at(-1);
  assertRefused(last, 429);
  assert.ok(Number(last.headers.get('retry-after')) > 0);
});
