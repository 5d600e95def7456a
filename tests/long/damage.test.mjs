// Damage done to a data directory from outside: each kind is named, nothing good is lost by it, and what can be made
// again is made again.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import * as campaign from './support/campaign.mjs';

const { check, command, filesBelow, Server, sha256 } = campaign;
const plain = campaign.fixture('plain.jpg');
const rotated = campaign.fixture('orientation_6.jpg');
const uploads = '/api/v1/images/photos/upload/';

function newData(t) {
  const data = fs.mkdtempSync(join(tmpdir(), 'sightglass-damage-'));
  t.after(() => fs.rmSync(data, { recursive: true, force: true }));
  campaign.addAdministrator(data);
  return data;
}

async function serve(t, data) {
  const server = await new Server(data).start();
  t.after(() => server.process.exitCode === null && server.process.signalCode === null && server.kill());
  return server;
}

async function send(server, path, image, fields) {
  const answer = await server.upload(path, image, fields, 'meter room.jpg');
  assert.ok(answer.status === 200 || answer.status === 201, JSON.stringify(answer.body));
  return answer.body.id;
}

// Two jobs' and three field photos with everything a person may say of them.
async function fillOne(server) {
  const job = await server.post('/api/v1/jobs', { title: 'Boiler house', customer: 'Hydro', notes: 'ring twice' });
  const asset = await server.post('/api/v1/assets', { code: 'pump-7', name: 'Pump 7' });
  const location = await server.post('/api/v1/locations', { name: 'Yard', latitude: 47.5, longitude: 8.25 });
  const field = { asset_id: asset.id, location_id: location.id, description: 'Crack ≥ 2 mm <left>', tags: 'crack,urgent' };
  const ids = [
    await send(server, `/job/${job.id}/add_image`, plain, { description: 'the gauge' }),
    await send(server, `/job/${job.id}/add_image`, rotated, { description: 'the same, turned' }),
    await send(server, uploads, campaign.uniqueJpeg(plain), field),
    await send(server, uploads, campaign.uniqueJpeg(rotated), {}),
    await send(server, uploads, rotated, { tags: 'copy' }),
  ];
  assert.equal(await server.untilProcessed(60_000), 0);
  return ids;
}

const keysThatCount = [
  'id', 'kind', 'source', 'filename', 'original_filename', 'description', 'tags', 'job_id', 'asset_id', 'location_id',
  'uploaded_by', 'uploaded_at', 'taken_at', 'taken_at_source', 'media_type', 'width', 'height', 'display_width',
  'display_height', 'file_size', 'sha256', 'latitude', 'longitude', 'altitude', 'camera_make', 'camera_model',
  'orientation', 'trap', 'thumbhash', 'duplicate_of', 'processing_status',
]; // prettier-ignore
const essence = (photo) => Object.fromEntries(keysThatCount.map((key) => [key, photo[key]]));
const essenceOfAll = (photos) => photos.map(essence).sort((a, b) => a.id.localeCompare(b.id));
const codesOf = (report) => report.findings.map(({ code }) => code).sort();

test('a deleted database is made again from the sidecars', { timeout: 120_000 }, async (t) => {
  const data = newData(t);
  const server = await serve(t, data);
  await fillOne(server);
  const photos = essenceOfAll(await server.photos());
  const jobs = (await server.json('/api/v1/jobs')).results;
  const assets = (await server.json('/api/v1/assets')).results;
  const locations = (await server.json('/api/v1/locations')).results;
  await server.stop();
  for (const name of fs.readdirSync(data)) if (name.startsWith('sightglass.db')) fs.rmSync(join(data, name));

  const rebuilt = command(data, 'rebuild', '--deep', '--json');
  assert.equal(rebuilt.status, 0, rebuilt.stdout + rebuilt.stderr);
  const report = JSON.parse(rebuilt.stdout);
  assert.equal(report.photos, photos.length);
  const again = JSON.parse(command(data, 'rebuild', '--json').stdout);
  assert.equal(again.photos, 0, 'a second run makes nothing');
  command(data, 'check', '--repair', '--grace-minutes', '0');
  assert.deepEqual(check(data, '--deep').findings, []);

  campaign.letIn(data, 'admin');
  const after = await serve(t, data);
  assert.equal(await after.untilProcessed(60_000), 0);
  assert.deepEqual(essenceOfAll(await after.photos()), photos);
  const plainOf = (records) => records.map(({ updated_at, ...rest }) => rest);
  assert.deepEqual(plainOf((await after.json('/api/v1/jobs')).results), plainOf(jobs));
  assert.deepEqual(plainOf((await after.json('/api/v1/assets')).results), plainOf(assets));
  assert.deepEqual(plainOf((await after.json('/api/v1/locations')).results), plainOf(locations));
  for (const { id, sha256: hash } of photos) assert.equal(await after.originalHash(id), hash);
  await after.stop();
});

test('a flipped byte in an original is named by check --deep', async (t) => {
  const data = newData(t);
  const server = await serve(t, data);
  const id = await send(server, uploads, plain);
  await server.untilProcessed(30_000);
  await server.stop();
  const original = filesBelow(join(data, 'photos')).find((path) => /originals\/.*\.jpg$/.test(path));
  const bytes = fs.readFileSync(original);
  bytes[bytes.length >> 1] ^= 1;
  fs.writeFileSync(original, bytes);
  assert.deepEqual(check(data).findings, []);
  const [finding, ...others] = check(data, '--deep').findings;
  assert.equal(finding.code, 'original_altered');
  assert.equal(finding.severity, 'error');
  assert.equal(finding.photo_id, id);
  assert.ok(original.endsWith(finding.path));
  assert.deepEqual(others, []);
  assert.equal(command(data, 'check', '--deep').status, 1);
});

test('lost derived images are reported, and made again by check --repair or when asked for', { timeout: 60_000 }, async (t) => {
  const data = newData(t);
  const server = await serve(t, data);
  await fillOne(server);
  await server.stop();
  const derived = ['photos', 'images'].flatMap((kind) => filesBelow(join(data, kind))).filter((path) => !path.includes('originals'));
  for (const path of derived) fs.rmSync(path);
  const report = check(data);
  assert.equal(report.findings.length, derived.length);
  assert.deepEqual([...new Set(codesOf(report))], ['derived_missing']);
  assert.equal(command(data, 'check', '--repair', '--grace-minutes', '0').status, 0);
  assert.deepEqual(check(data, '--deep').findings, []);

  for (const path of derived) fs.rmSync(path);
  const again = await serve(t, data);
  for (const photo of await again.photos()) {
    for (const variant of ['thumbnail', 'display']) {
      const answer = await again.request(`/api/v1/images/photos/${photo.id}/${variant}`);
      assert.equal(answer.status, 200, `${variant} of ${photo.id}`);
      assert.equal(Buffer.from(await answer.arrayBuffer()).readUInt16BE(0), 0xffd8);
    }
  }
  await again.stop();
  assert.deepEqual(check(data, '--deep').findings, []);
});

test('a lost original is an error that names it, and its display image still shows', async (t) => {
  const data = newData(t);
  const server = await serve(t, data);
  const id = await send(server, uploads, plain);
  await server.untilProcessed(30_000);
  fs.rmSync(filesBelow(join(data, 'photos')).find((path) => /originals\/.*\.jpg$/.test(path)));
  assert.equal((await server.request(`/api/v1/images/photos/${id}/display`)).status, 200);
  assert.ok((await server.request(`/api/v1/images/photos/${id}/original`)).status >= 404);
  assert.deepEqual(codesOf(check(data)), ['original_missing']);
  await server.stop();
});

for (const [name, cut] of Object.entries({ halved: (bytes) => bytes >> 1, emptied: () => 0 })) {
  test(`a log of the database ${name} after a kill leaves a whole database`, { timeout: 60_000 }, async (t) => {
    const data = newData(t);
    const server = await serve(t, data);
    for (let turn = 0; turn < 10; turn += 1) await send(server, uploads, campaign.uniqueJpeg(plain));
    await server.kill();
    const log = join(data, 'sightglass.db-wal');
    fs.truncateSync(log, cut(fs.statSync(log).size));
    fs.rmSync(join(data, 'sightglass.db-shm'), { force: true });
    // Whatever commits went with the log, the sidecars know the photos.
    const rebuilt = command(data, 'rebuild', '--json');
    assert.equal(rebuilt.status, 0, rebuilt.stdout + rebuilt.stderr);
    const users = command(data, 'user', 'list');
    if (users.stdout.includes('admin')) campaign.letIn(data, 'admin');
    else campaign.addAdministrator(data);
    const again = await serve(t, data);
    assert.equal((await again.photos()).length, 10);
    assert.equal(await again.untilProcessed(60_000), 0);
    await again.stop();
    command(data, 'check', '--repair', '--grace-minutes', '0');
    assert.deepEqual(check(data, '--deep').findings, []);
  });
}

test('an unknown file is reported, and set aside by --repair alone', async (t) => {
  const data = newData(t);
  const server = await serve(t, data);
  await fillOne(server);
  await server.stop();
  const stray = join(data, 'images/job_1/holiday.jpg');
  fs.writeFileSync(stray, 'somebody’s own file');
  await (await serve(t, data)).stop();
  assert.deepEqual(codesOf(check(data)), ['file_without_row']);
  assert.ok(fs.existsSync(stray));
  assert.deepEqual(command(data, 'check').status, 0, 'a young file may be an upload under way');
  command(data, 'check', '--repair', '--grace-minutes', '0');
  assert.ok(!fs.existsSync(stray));
  const aside = filesBelow(join(data, 'quarantine'));
  assert.equal(aside.length, 1);
  assert.equal(fs.readFileSync(aside[0], 'utf8'), 'somebody’s own file');
  assert.deepEqual(check(data, '--deep').findings, []);
});

test('a second server on the same directory is refused clearly', async (t) => {
  const data = newData(t);
  const server = await serve(t, data);
  const second = command(data, 'serve', '--listen', '127.0.0.1:0');
  assert.equal(second.status, 1);
  assert.match(second.stderr, /another server already uses/);
  assert.equal((await server.request('/api/v1/auth/me')).status, 200);
  await server.stop();
});

test('a database file that is none is refused clearly and left alone', async (t) => {
  const data = newData(t);
  const file = join(data, 'sightglass.db');
  for (const name of fs.readdirSync(data)) if (name.startsWith('sightglass.db')) fs.rmSync(join(data, name));
  fs.writeFileSync(file, 'no database '.repeat(1000));
  const before = sha256(fs.readFileSync(file));
  const outcome = command(data, 'serve', '--listen', '127.0.0.1:0');
  assert.equal(outcome.status, 1, outcome.stderr);
  assert.match(outcome.stderr, /damaged/);
  assert.equal(sha256(fs.readFileSync(file)), before);
});

function folderOfPictures(t, count) {
  const folder = fs.mkdtempSync(join(tmpdir(), 'sightglass-import-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  for (let index = 0; index < count; index += 1) {
    fs.writeFileSync(join(folder, `${index}.jpg`), campaign.uniqueJpeg(index % 2 ? plain : rotated));
  }
  return folder;
}

test('an import runs beside a server, and its photos are analysed there', { timeout: 90_000 }, async (t) => {
  const data = newData(t);
  const server = await serve(t, data);
  const folder = folderOfPictures(t, 30);
  const importing = new Promise((resolve) => {
    execFile(campaign.program, ['import', folder, '--json', '--data', data], (error, stdout, stderr) => resolve({ error, stdout, stderr }));
  });
  const sent = [];
  for (let turn = 0; turn < 10; turn += 1) sent.push(await send(server, uploads, campaign.uniqueJpeg(plain)));
  const { error, stdout, stderr } = await importing;
  assert.equal(error, null, stderr);
  assert.equal(JSON.parse(stdout).imported, 30);
  assert.equal(await server.untilProcessed(60_000), 0);
  const photos = await server.photos();
  assert.equal(photos.length, 40);
  assert.equal(photos.filter(({ source }) => source === 'import').length, 30);
  await server.stop();
  assert.deepEqual(check(data, '--deep').findings, []);
});

test('an import killed again and again and run once more has everything once', { timeout: 120_000 }, async (t) => {
  const data = newData(t);
  const folder = folderOfPictures(t, 60);
  for (let turn = 0; turn < 6; turn += 1) {
    await new Promise((resolve) => {
      const child = execFile(campaign.program, ['import', folder, '--json', '--data', data], () => resolve());
      setTimeout(() => child.kill('SIGKILL'), 100 + 60 * turn);
    });
  }
  // The start of a server settles what the last kill left; then the rest is imported.
  await (await serve(t, data)).stop();
  const last = command(data, 'import', folder, '--json');
  assert.equal(last.status, 0, last.stderr);
  const report = JSON.parse(last.stdout);
  assert.equal(report.imported + report.was_there, 60);
  const server = await serve(t, data);
  const photos = await server.photos();
  assert.equal(photos.length, 60);
  assert.equal(new Set(photos.map((photo) => photo.sha256)).size, 60);
  assert.equal(await server.untilProcessed(60_000), 0);
  await server.stop();
  assert.deepEqual(filesBelow(join(data, 'incoming')), []);
  assert.deepEqual(check(data, '--deep').findings, []);
});
