import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { binary, startServer } from './support/server.mjs';

const photos = '/api/v1/images/photos';
const nowhere = '018f0000-0000-7000-8000-000000000000';
let server;
let operator;
let tina;
let tom;
let made = 0;
before(async () => {
  server = await startServer();
  operator = await server.as('operator', 'olga');
  tina = await server.as('technician', 'tina');
  tom = await server.as('technician', 'tom');
});
after(() => server?.stop());

async function addPhoto(job) {
  const { status, body } = await operator.addToJob(job, distinct(fixture('plain.jpg'), `pair ${(made += 1)}`));
  assert.equal(status, 200);
  return body.id;
}
// A job with `count` photos, open to all.
async function jobWith(count) {
  const job = await operator.newJob({ title: 'Pairs' });
  const ids = [];
  for (let i = 0; i < count; i += 1) ids.push(await addPhoto(job.id));
  return { job: job.id, path: `/api/v1/jobs/${job.id}/pairs`, ids };
}
const namesOf = async (path, client = operator) => (await client.get(path)).body.results.map((pair) => pair.title);

test('two photos of a job are made a pair, listed with both photos, changed, swapped and parted', async () => {
  const { path, ids } = await jobWith(3);
  const pair = await operator.post(path, { before: ids[0], after: ids[1], title: 'Seal <b>' });
  assert.equal(pair.status, 201, JSON.stringify(pair.body));
  assert.equal(pair.body.before.id, ids[0]);
  assert.ok(pair.body.after.display_url);
  await operator.post(`${path}/`, { before: ids[1], after: ids[2] });
  assert.deepEqual(await namesOf(path), ['Seal <b>', '']);
  const one = `${path}/${pair.body.id}`;
  const renamed = await operator.patch(one, { title: 'Seal' });
  assert.deepEqual([renamed.status, renamed.body.title, renamed.body.before.id], [200, 'Seal', ids[0]]);
  const swapped = await operator.patch(one, { before: ids[1], after: ids[0] });
  assert.deepEqual([swapped.body.before.id, swapped.body.after.id], [ids[1], ids[0]]);
  assert.equal((await operator.patch(one, {})).status, 200);
  assert.equal((await operator.delete(one)).status, 204);
  assertRefused(await operator.delete(one), 404);
  assertRefused(await operator.patch(one, { title: 'x' }), 404);
  assert.deepEqual(await namesOf(path), ['']);
});

test('what is done with pairs is in the log of the job', async () => {
  const { job, path, ids } = await jobWith(2);
  const { body } = await operator.post(path, { before: ids[0], after: ids[1] });
  await operator.patch(`${path}/${body.id}`, { title: 'New' });
  await operator.delete(`${path}/${body.id}`);
  const ada = await server.as('administrator', 'ada');
  const log = (await ada.get(`/api/v1/audit?object_type=job&object_id=${job}`)).body.results;
  const about = log.filter((entry) => entry.action.startsWith('job.pair_'));
  assert.deepEqual(about.map((entry) => entry.action), ['job.pair_remove', 'job.pair_change', 'job.pair_add']);
  assert.deepEqual(about[1].details, { pair: body.id, changed: ['title'] });
});

test('bad pairs are refused by field', async () => {
  const { path, ids } = await jobWith(2);
  const other = await jobWith(1);
  const [first, second] = ids;
  const refused = async (value, field, status = 422) => assertRefused(await operator.post(path, value), status, field);
  await refused({ after: second }, 'before');
  await refused({ before: first }, 'after');
  await refused({ before: 7, after: second }, 'before');
  await refused({ before: 'x', after: second }, 'before');
  await refused({ before: nowhere, after: second }, 'before');
  await refused({ before: first, after: nowhere }, 'after');
  await refused({ before: first, after: first }, 'after');
  await refused({ before: first, after: other.ids[0] }, 'after');
  await refused({ before: other.ids[0], after: second }, 'before');
  await refused({ before: first, after: second, title: 'x'.repeat(501) }, 'title');
  await refused({ before: first, after: second, title: 'a\u0000b' }, 'title');
  await refused({ before: first, after: second, colour: 'red' }, 'colour');
  for (const body of ['', '{', '[]', 'null', '"x"']) assertRefused(await operator.post(path, body), [400, 422]);
  assertRefused(await operator.post(path, JSON.stringify({ before: first, after: second }), { 'Content-Type': 'text/plain' }), 415);
  const { body } = await operator.post(path, { before: first, after: second });
  await refused({ before: first, after: second }, 'after', 409);
  for (const value of [{ before: second }, { after: nowhere }, { before: other.ids[0] }, { title: 7 }, { colour: 1 }]) {
    assertRefused(await operator.patch(`${path}/${body.id}`, value), 422);
  }
  for (const id of [nowhere, 'x', '0']) assertRefused(await operator.delete(`${path}/${id}`), 404);
  assertRefused(await operator.patch(`${other.path}/${body.id}`, { title: 'another job' }), 404);
  assertRefused(await operator.get('/api/v1/jobs/999999/pairs'), 404);
  assertRefused(await operator.get(`${path}?limit=5`), 422, 'limit');
});

test('a photo in the trash hides its pairs until it is back; a deleted one takes them along', async () => {
  const { path, ids } = await jobWith(3);
  await operator.post(path, { before: ids[0], after: ids[1], title: 'kept' });
  await operator.post(path, { before: ids[1], after: ids[2], title: 'hidden' });
  await operator.post(`${photos}/${ids[2]}/trash`);
  assert.deepEqual(await namesOf(path), ['kept']);
  assertRefused(await operator.post(path, { before: ids[0], after: ids[2] }), 422, 'after');
  await operator.post(`${photos}/${ids[2]}/restore`);
  assert.deepEqual(await namesOf(path), ['kept', 'hidden']);
  assert.equal((await operator.delete(`${photos}/${ids[0]}`)).status, 204);
  assert.deepEqual(await namesOf(path), ['hidden']);
});

test('technicians change the pairs they made, in jobs they see', async () => {
  const { job, path, ids } = await jobWith(3);
  const theirs = await tina.post(path, { before: ids[0], after: ids[1], title: 'tina' });
  assert.equal(theirs.status, 201);
  const others = await operator.post(path, { before: ids[1], after: ids[2], title: 'olga' });
  assert.equal((await tina.patch(`${path}/${theirs.body.id}`, { title: 'mine' })).status, 200);
  assertRefused(await tina.patch(`${path}/${others.body.id}`, { title: 'mine' }), 403);
  assertRefused(await tom.delete(`${path}/${theirs.body.id}`), 403);
  const vera = await server.as('viewer', 'vera');
  assert.equal((await namesOf(path, vera)).length, 2);
  assertRefused(await vera.post(path, { before: ids[0], after: ids[2] }), 403);
  const me = (await tina.get('/api/v1/auth/me')).body;
  await operator.patch(`/api/v1/jobs/${job}`, { assigned_to: [(me.user ?? me).id] });
  assertRefused(await tom.get(path), 404);
  assertRefused(await tom.post(path, { before: ids[0], after: ids[2] }), 404);
  assertRefused(await server.anonymous().get(path), 401);
  await operator.patch(`/api/v1/jobs/${job}`, { status: 'archived' });
  assertRefused(await tina.post(path, { before: ids[0], after: ids[2] }), 409);
});

test('pairs are in the job’s file, and `rebuild` brings them back', async () => {
  const { job, path, ids } = await jobWith(2);
  const { body } = await operator.post(path, { before: ids[0], after: ids[1], title: 'Durable' });
  const file = join(server.data, 'catalogue', 'jobs', `${job}.json`);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')).pairs.map((pair) => pair.id), [body.id]);
  await server.stop({ keepsData: true });
  for (const end of ['', '-wal', '-shm']) rmSync(join(server.data, `sightglass.db${end}`), { force: true });
  const { status, stdout, stderr } = spawnSync(binary, ['rebuild', '--json', '--data', server.data], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  server.addUser('adam', 'administrator');
  await server.start();
  const adam = server.withToken(await server.anonymous().login('adam', 'a good long passphrase'));
  const [back] = (await adam.get(path)).body.results;
  assert.deepEqual([back.id, back.title, back.before.id, back.after.id], [body.id, 'Durable', ids[0], ids[1]]);
});
