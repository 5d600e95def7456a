import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

let server;
let admin;
before(async () => {
  server = await startServer({ 'server.threads': 3, 'workers.count': 0 });
  admin = await server.as('administrator', 'ada');
});
after(() => server?.stop());

test('each setting tells its value, its default, and where it came from', async () => {
  const { status, body } = await admin.get('/api/v1/settings');
  assert.equal(status, 200);
  const named = new Map(body.map((setting) => [setting.name, setting]));
  assert.equal(named.get('server.threads').value, 3);
  assert.equal(named.get('server.threads').default, 2);
  assert.notEqual(named.get('server.threads').source, 'default');
  assert.equal(named.get('log.format').source, 'default');
  assert.equal(named.get('storage.keep_originals').value, true);
  for (const { name, words } of body) assert.match(words, /\.$/, name);
});

test('storage counts each file once', async () => {
  await admin.newPhoto(fixture('plain.jpg'));
  await admin.newPhoto(fixture('plain.jpg'));
  const { body } = await admin.get('/api/v1/storage');
  assert.equal(body.originals.count, 1);
  assert.equal(body.originals.bytes, fixture('plain.jpg').length);
  assert.equal(body.duplicates.count, 1);
  assert.ok(body.displays.bytes > 0 && body.thumbnails.bytes > 0 && body.database_bytes > 0);
  assert.ok(body.free_bytes > 0);
  assert.deepEqual(body.quarantine, { count: 0, bytes: 0 });
});

test('both are for administrators, and for tokens that say so', async () => {
  const operator = await server.as('operator');
  for (const path of ['/api/v1/settings', '/api/v1/storage']) {
    assertRefused(await operator.get(path), 403);
    for (const [scopes, wanted] of [[['audit:read'], 403], [['settings:read'], 200]]) {
      const made = await admin.post('/api/v1/tokens', { name: 'watch', scopes });
      assert.equal((await server.withToken(made.body.token).get(path)).status, wanted, `${path} with ${scopes}`);
    }
  }
});
