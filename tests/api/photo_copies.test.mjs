// Photos of the same bytes know each other, both ways.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

const list = '/api/v1/images/photos/';
let server;
let olga;
before(async () => {
  server = await startServer();
  olga = await server.as('operator', 'olga');
});
after(() => server?.stop());

const copiesOf = async (id, client = olga) => (await client.get(`${list}${id}/copies`)).body.results.map((photo) => photo.id);
// The same bytes in a job of their own, which is stored anew.
async function sendAgain(bytes, client = olga) {
  const job = await client.newJob();
  const { body } = await client.addToJob(job.id, bytes);
  return { id: body.id, job };
}

test('the first photo lists its copies, and each copy the others', async () => {
  const bytes = distinct(fixture('plain.jpg'), 'copied');
  const { id: first } = await olga.newPhoto(bytes);
  assert.deepEqual(await copiesOf(first), []);
  const second = await sendAgain(bytes);
  const third = await sendAgain(bytes);
  assert.deepEqual(await copiesOf(first), [second.id, third.id]);
  assert.deepEqual(await copiesOf(third.id), [first, second.id]);
  const { body } = await olga.get(`${list}${first}/copies`);
  assert.deepEqual([body.next, body.results[0].duplicate_of, body.results[0].job_id], [null, first, second.job.id]);
  // A turned photo is the same bytes still.
  assert.equal((await olga.patch(list + first, { rotation: 90 })).status, 200);
  assert.deepEqual(await copiesOf(first), [second.id, third.id]);
  await olga.post(`${list}${second.id}/trash`);
  assert.deepEqual(await copiesOf(first), [third.id]);
  assert.equal((await olga.delete(list + third.id)).status, 204);
  assert.deepEqual(await copiesOf(first), []);
});

test('only those the caller may see are listed', async () => {
  const bytes = distinct(fixture('plain.jpg'), 'hidden copies');
  const tina = await server.as('technician', 'tina');
  const { id: own } = await tina.newPhoto(bytes);
  const theo = await server.as('technician', 'theo');
  await sendAgain(bytes, theo);
  assert.deepEqual(await copiesOf(own, tina), []);
  assert.equal((await copiesOf(own)).length, 1);
  assertRefused(await theo.get(`${list}${own}/copies`), 404);
  assertRefused(await server.anonymous().get(`${list}${own}/copies`), 401);
  assertRefused(await tina.get(`${list}018f0000-0000-7000-8000-000000000000/copies`), 404);
  assertRefused(await tina.get(`${list}x/copies`), 404);
  assertRefused(await tina.get(`${list}${own}/copies?limit=1`), 422, 'limit');
});
