// What a camera trap notes in its pictures: shown, found by, exported, and there again after a rebuild.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analysed } from './support/analysed.mjs';
import { fromCamera, fromHyperfire, hyperfireNote } from './support/camera_trap.mjs';
import { readCsv } from './support/csv.mjs';
import { assertRefused } from './support/client.mjs';
import { draw } from './support/findings.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { binary, startServer } from './support/server.mjs';

const list = '/api/v1/images/photos/';

let server;
let tina;
let reviewer;
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
  reviewer = await server.as('reviewer', 'rita');
});
after(() => server?.stop());

const picture = (note, taken = '2026:03:24 10:30:12') => fromHyperfire(fixture('plain.jpg'), taken, hyperfireNote(note));
const photoOf = async (id) => (await tina.get(list + id)).body;
const found = async (query) => (await tina.get(`${list}?${query}`)).body.results.map((photo) => photo.id);

const cold = { position: 2, count: 5, event: 70_115, moon: 3, celsius: -14, serial: 'H500HF07123456' };

test('a photo tells what its camera noted, and one of another camera that it noted nothing', async () => {
  const { id } = await tina.newPhoto(picture(cold));
  assert.deepEqual((await photoOf(id)).trap, {
    temperature: -14,
    humidity: null,
    pressure: null,
    moon_phase: 'waxing_gibbous',
    trigger: 'motion',
    event: 70_115,
    position: 2,
    count: 5,
    battery_volts: 8.15,
    lit: true,
    serial: 'H500HF07123456',
    label: 'CREEK',
  });
  assert.equal((await photoOf((await tina.newPhoto(fixture('plain.jpg'))).id)).trap, null);
});

test('photos are found by temperature and moon', async () => {
  const warm = (await tina.newPhoto(picture({ celsius: 31, moon: 0, event: 1 }))).id;
  const chill = (await tina.newPhoto(picture({ celsius: 2, moon: 6, event: 2 }))).id;
  assert.deepEqual(await found('temperature_from=30'), [warm]);
  assert.deepEqual(await found('temperature_from=0&temperature_to=5.5'), [chill]);
  assert.deepEqual(await found('moon_phase=new'), [warm]);
  assert.deepEqual(await found('moon_phase=last_quarter&temperature_to=2'), [chill]);
  assert.deepEqual(await found('moon_phase=first_quarter'), []);
  for (const [query, field] of [['temperature_from=cold', 'temperature_from'], ['temperature_to=200', 'temperature_to'], ['temperature_from=nan', 'temperature_from'], ['moon_phase=cheese', 'moon_phase']]) {
    assertRefused(await tina.get(`${list}?${query}`), 422, field);
  }
});

test('a note that is cut or lies tells nothing, and the picture is taken all the same', async () => {
  const cut = fromHyperfire(fixture('plain.jpg'), '2026:03:24 10:30:12', hyperfireNote(cold).subarray(0, 40));
  assert.equal((await photoOf((await tina.newPhoto(cut)).id)).trap, null);
  const lying = hyperfireNote({ ...cold, position: 9, moon: 77 });
  lying.writeInt16LE(900, 0x28);
  const { trap } = await photoOf((await tina.newPhoto(fromHyperfire(fixture('plain.jpg'), '2026:03:24 10:30:12', lying))).id);
  assert.deepEqual([trap.temperature, trap.moon_phase, trap.position, trap.event], [null, null, null, null]);
  assert.equal(trap.serial, 'H500HF07123456');
});

test('a Browning’s note and a name with a degree sign tell of the temperature', async () => {
  const note = Buffer.from('{"maker":"Browning","camera_name":" 167BWS","serial_number":"45699PX","temperature":"40C","moon_phase":8}\0', 'latin1');
  const bytes = fromCamera(fixture('plain.jpg'), { make: 'Browning', model: 'BTC-6PX', taken: '2026:07:26 10:58:17', note });
  const { trap } = await photoOf((await tina.newPhoto(bytes)).id);
  assert.deepEqual([trap.temperature, trap.serial, trap.label, trap.moon_phase], [40, '45699PX', '167BWS', null]);
  const named = await tina.upload('/api/v1/images/photos/upload/', { image: { bytes: distinct(fixture('plain.jpg'), 'named'), name: 'creek_-4°C.jpg' } });
  assert.equal((await photoOf(named.body.id)).trap.temperature, -4);
});

test('a table of findings has what the camera noted', async () => {
  const { id } = await tina.newPhoto(picture({ celsius: -3, moon: 4, event: 3, trigger: 'T', serial: '=H1' }));
  await draw(reviewer, id, { kind: 'spotting', class: 'deer' });
  const { status, bytes } = await reviewer.get('/api/v1/images/exports/annotations?format=csv');
  assert.equal(status, 200);
  const row = readCsv(bytes.toString()).find((one) => one.photo_id === id);
  assert.deepEqual([row.temperature, row.moon_phase, row.trigger, row.camera_serial], ['-3', 'full', 'time_lapse', "'=H1"]);
});

test('what was noted is there again after a rebuild, and is read anew where a sidecar of an earlier program lacks it', async () => {
  const kept = (await tina.newPhoto(picture({ ...cold, event: 4 }))).id;
  const older = (await tina.newPhoto(picture({ ...cold, event: 5 }))).id;
  for (const id of [kept, older]) await analysed(tina, id);
  const { filename } = await photoOf(older);
  const photos = join(server.data, 'photos');
  const sidecar = join(photos, readdirSync(photos, { recursive: true }).find((name) => name.endsWith(filename.replace('.jpg', '.json'))));
  const before = (await photoOf(kept)).trap;
  await server.stop({ keepsData: true });
  const { trap, ...rest } = JSON.parse(readFileSync(sidecar, 'utf8'));
  assert.equal(trap.event, 5);
  writeFileSync(sidecar, JSON.stringify(rest));
  for (const name of ['sightglass.db', 'sightglass.db-wal', 'sightglass.db-shm']) rmSync(join(server.data, name), { force: true });
  const rebuilt = spawnSync(binary, ['rebuild', '--data', server.data], { encoding: 'utf8' });
  assert.equal(rebuilt.status, 0, rebuilt.stderr + rebuilt.stdout);
  await server.start();
  const olaf = await server.as('operator', 'olaf');
  assert.deepEqual((await olaf.get(list + kept)).body.trap, before);
  await analysed(olaf, older);
  assert.deepEqual((await olaf.get(list + older)).body.trap, { ...before, event: 5 });
  assert.equal(JSON.parse(readFileSync(sidecar, 'utf8')).trap.event, 5);
});
