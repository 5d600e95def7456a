import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { assertRefused } from './support/client.mjs';
import { fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

let server;
let admin;
let tina;
before(async () => {
  server = await startServer();
  admin = await server.as('administrator', 'ada');
  tina = await server.as('technician', 'tina');
});
after(() => server?.stop());

const entries = async (query) => (await admin.get(`/api/v1/audit?${query}`)).body.results;

// Views are written in groups, a little later.
async function eventually(query) {
  const end = Date.now() + 15_000;
  let found = await entries(query);
  while (found.length === 0 && Date.now() < end) {
    await pause(100);
    found = await entries(query);
  }
  return found;
}

test('changes are written with who, what and which', async () => {
  const job = await tina.newJob({ title: 'Audited' });
  const [entry] = await entries(`object_type=job&object_id=${job.id}`);
  assert.equal(entry.actor, 'tina');
  assert.match(entry.action, /^job\./);
  assert.ok(entry.request_id.length > 0);
  assert.equal(entry.peer, '127.0.0.1');
});

test('looking at a picture is written too', async () => {
  const photo = await tina.newPhoto(fixture('plain.jpg'));
  await tina.get(photo.display_url);
  const found = await eventually(`object_id=${photo.id}&action=photo.view`);
  assert.ok(found.length > 0);
  assert.equal(found[0].actor, 'tina');
});

test('a refused sign-in is written with the claimed name, never with the password', async () => {
  await server.anonymous().post('/api/v1/auth/login', { username: 'mallory', password: 'guess-4711' });
  const found = await eventually('actor=mallory');
  assert.match(found[0].action, /^auth\./);
  assert.equal(JSON.stringify(found).includes('guess-4711'), false);
});

test('entries come in pages, newest first', async () => {
  const first = (await admin.get('/api/v1/audit/?limit=2')).body;
  assert.equal(first.results.length, 2);
  const second = (await admin.get(`/api/v1/audit?limit=2&cursor=${encodeURIComponent(first.next)}`)).body;
  assert.ok(second.results[0].id < first.results[1].id);
});

test('filters that make no sense are refused', async () => {
  assertRefused(await admin.get('/api/v1/audit?from=yesterday'), 422, 'from');
  assertRefused(await admin.get('/api/v1/audit?who=ada'), 422, 'who');
  assertRefused(await admin.get('/api/v1/audit?cursor=nowhere'), 422, 'cursor');
});
