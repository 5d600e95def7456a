import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analysed } from './support/analysed.mjs';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { binary, startServer } from './support/server.mjs';

const list = '/api/v1/images/photos/';
const nowhere = '018f0000-0000-7000-8000-000000000000';
const correction = { taken_at: '2020-02-02T02:02:02Z', latitude: -1.5, longitude: 100.25, altitude: 7 };

let server;
let tina;
let viewer;
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
  viewer = await server.as('viewer', 'vera');
});
after(() => server?.stop());

test('the history tells who changed what, to whoever sees the photo', async () => {
  const { id } = await tina.newPhoto(distinct(fixture('plain.jpg'), 'history'));
  await tina.patch(list + id, { description: '<b>wet</b>', tags: ['leak'] });
  const { status, body } = await viewer.get(`${list}${id}/history/`);
  assert.equal(status, 200);
  assert.deepEqual(body.results.map((entry) => [entry.actor, entry.action]), [['tina', 'photo.update'], ['tina', 'photo.create']]);
  assert.deepEqual(body.results[0].details, { changed: ['description', 'tags'] });
  const first = (await viewer.get(`${list}${id}/history?limit=1`)).body;
  const second = (await viewer.get(`${list}${id}/history?limit=1&cursor=${encodeURIComponent(first.next)}`)).body;
  assert.equal(second.results[0].action, 'photo.create');
  assert.equal(second.next, null);
  assertRefused(await viewer.get(`${list}${id}/history?cursor=x`), 422, 'cursor');
  assertRefused(await viewer.get(`${list}${id}/history?limit=0`), 422, 'limit');
});

test('tasks come with their attempts', async () => {
  const { id } = await tina.newPhoto(distinct(fixture('plain.jpg'), 'tasks'));
  await analysed(tina, id);
  const [task] = (await viewer.get(`${list}${id}/tasks`)).body.results;
  assert.deepEqual([task.kind, task.status, task.attempts, task.error], ['process_inspection_photo', 'SUCCESS', 1, null]);
  assert.ok(Date.parse(task.finished_at) >= Date.parse(task.started_at));
});

test('what may not be seen has neither', async () => {
  const { id } = await tina.newPhoto(distinct(fixture('plain.jpg'), 'hidden'));
  const stranger = await server.as('technician', 'theo');
  for (const part of ['history', 'tasks']) {
    assertRefused(await stranger.get(`${list}${id}/${part}`), 404);
    assertRefused(await tina.get(`${list}${nowhere}/${part}`), 404);
    assertRefused(await server.anonymous().get(`${list}${id}/${part}`), 401);
  }
});

test('what a person said of time and place outlives analysis, restart and a lost database', async () => {
  const bytes = distinct(fixture('orientation_6.jpg'), 'decided');
  const { id, original_url: original } = await tina.newPhoto(bytes);
  await analysed(tina, id);
  assert.equal((await tina.patch(list + id, correction)).status, 200);
  assert.equal((await tina.post(`${list}${id}/reprocess`)).status, 202);
  const decided = ({ taken_at, taken_at_source, latitude, longitude, altitude }) => ({ taken_at, taken_at_source, latitude, longitude, altitude });
  const wanted = { ...correction, taken_at: '2020-02-02T02:02:02.000000Z', taken_at_source: 'person' };
  assert.deepEqual(decided(await analysed(tina, id)), wanted);

  await server.kill();
  for (const name of ['sightglass.db', 'sightglass.db-wal', 'sightglass.db-shm']) rmSync(join(server.data, name), { force: true });
  const rebuilt = spawnSync(binary, ['rebuild', '--data', server.data], { encoding: 'utf8' });
  assert.equal(rebuilt.status, 0, rebuilt.stderr + rebuilt.stdout);
  
  await server.start();
  const olaf = await server.as('operator', 'olaf');
  const { body } = await olaf.get(list + id);
  assert.deepEqual(decided(body), wanted);
  const kept = createHash('sha256').update((await olaf.get(original)).bytes).digest('hex');
  assert.equal(kept, createHash('sha256').update(bytes).digest('hex'));
  // Taken back, it is what the file says.
  const back = (await olaf.patch(list + id, { taken_at: null })).body;
  assert.equal(Date.parse(back.taken_at), Date.parse('2024-03-06T10:20:30+02:00'));
  assert.equal(back.taken_at_source, 'exif');
});
