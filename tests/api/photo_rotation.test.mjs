// Turning a photo: what is remade, what stays, who may, and what is left of it after a crash or a lost database.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { analysed } from './support/analysed.mjs';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture, jpegSize } from './support/pictures.mjs';
import { binary, startServer } from './support/server.mjs';

const list = '/api/v1/images/photos/';
let server;
let tina;
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
});
after(() => server?.stop());

const newPhoto = (name, file = 'orientation_8.jpg') => tina.newPhoto(distinct(fixture(file), name)); // 160×120 when upright
const turn = (id, rotation, client = tina) => client.patch(list + id, { rotation });
const etagOf = async (url) => (await tina.get(url)).headers.get('etag');
const filesUnder = (folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)).filter((name) => statSync(name).isFile());
const fileOf = (photo, folder) => filesUnder(join(server.data, 'photos')).find((name) => name.endsWith(join(folder, photo.filename)));
const check = (...flags) => {
  const { status, stdout } = spawnSync(binary, ['check', '--data', server.data, '--json', '--grace-minutes', '0', ...flags], { encoding: 'utf8' });
  return { status, report: stdout };
};

test('a turn remakes the images and leaves the original', async () => {
  const photo = await newPhoto('turned');
  const before = await analysed(tina, photo.id);
  assert.equal(before.rotation, 0);
  const etags = [await etagOf(photo.display_url), await etagOf(photo.thumbnail_url)];
  const { status, body } = await turn(photo.id, 90);
  assert.equal(status, 200);
  assert.deepEqual([body.rotation, body.width, body.height, body.display_width, body.display_height], [90, 120, 160, 120, 160]);
  assert.equal(body.orientation, before.orientation, 'what the file says stays');
  assert.notEqual(body.thumbhash, before.thumbhash);
  assert.match(body.display_url, /\/display\?rotation=90$/);
  for (const [place, url] of [body.display_url, body.thumbnail_url].entries()) {
    const { headers, bytes } = await tina.get(url);
    assert.deepEqual(jpegSize(bytes), { width: 120, height: 160 });
    assert.match(headers.get('cache-control'), /max-age/);
    assert.notEqual(headers.get('etag'), etags[place]);
    // The address of the picture as it stood before is never kept without asking.
    const old = await tina.get(url.replace(/\?.*/, ''));
    assert.ok(old.bytes.equals(bytes));
    assert.equal(old.headers.get('cache-control'), 'private, no-cache');
  }
  assert.ok((await tina.get(body.original_url)).bytes.equals(distinct(fixture('orientation_8.jpg'), 'turned')));
  const again = await analysed(tina, photo.id);
  assert.notEqual(again.analysis.perceptual_hash, before.analysis.perceptual_hash, 'the hash tells which way up it is');
  const { results } = (await tina.get(`${list}${photo.id}/history`)).body;
  assert.deepEqual([results[0].action, results[0].details], ['photo.update', { changed: ['rotation'] }]);
  const sidecar = filesUnder(join(server.data, 'photos')).find((name) => name.endsWith(photo.filename.replace('.jpg', '.json')));
  assert.equal(JSON.parse(readFileSync(sidecar, 'utf8')).rotation, 90);
  const listed = (await tina.get(`${list}?limit=500`)).body.results.find((one) => one.id === photo.id);
  assert.equal(listed.thumbnail_url, body.thumbnail_url);
});

test('a turn and words come in one change, and the same turn again makes nothing', async () => {
  const photo = await newPhoto('both');
  const { body } = await tina.patch(list + photo.id, { rotation: 180, description: 'upside down', tags: ['x'] });
  assert.deepEqual([body.rotation, body.description, body.tags], [180, 'upside down', ['x']]);
  const etag = await etagOf(body.display_url);
  assert.equal((await turn(photo.id, 180)).status, 200);
  assert.equal(await etagOf(body.display_url), etag);
  assert.equal((await turn(photo.id, 0)).body.width, 160);
});

test('anything but a quarter turn is refused by name', async () => {
  const photo = await newPhoto('refused');
  for (const rotation of [45, 91, -90, 360, 1e12, 0.5, '90', true, null, [90]]) {
    const answer = await turn(photo.id, rotation);
    assertRefused(answer, 422, 'rotation');
    if (typeof rotation === 'number' && Number.isInteger(rotation) && rotation > 0 && rotation < 270) assert.match(answer.body.error.message, /0, 90, 180 or 270/);
  }
  assertRefused(await tina.get(`${list}${photo.id}/display?rotation=45`), 422, 'rotation');
  assertRefused(await tina.get(`${list}${photo.id}/original?rotation=90`), 422, 'rotation');
  assert.equal((await tina.get(list + photo.id)).body.rotation, 0);
});

test('only who may change a photo may turn it', async () => {
  const photo = await newPhoto('access');
  assertRefused(await turn(photo.id, 90, await server.as('viewer', 'vera')), 403);
  assertRefused(await turn(photo.id, 90, await server.as('technician', 'theo')), 404);
  assertRefused(await turn(photo.id, 90, server.anonymous()), 401);
  assert.equal((await turn(photo.id, 90, await server.as('reviewer', 'rita'))).status, 200);
});

test('turns of one photo at once end with images and row that agree', async () => {
  const photo = await newPhoto('race');
  const answers = await Promise.all([90, 180, 270, 0, 90, 180, 270, 90].map((rotation) => turn(photo.id, rotation)));
  for (const { status } of answers) assert.equal(status, 200);
  const { body } = await tina.get(list + photo.id);
  assert.deepEqual(jpegSize((await tina.get(body.display_url)).bytes), { width: body.width, height: body.height });
  assert.equal(body.width === 160, body.rotation % 180 === 0);
});

test('a damaged photo and a TIFF turn as well', async () => {
  const { body: cut } = await tina.uploadPhoto(fixture('large.jpg').subarray(0, Math.floor(fixture('large.jpg').length * 0.7)), { allow_damaged: 'true' });
  const tiff = await tina.newPhoto(fixture('quadrants.tiff'));
  for (const { id } of [{ id: cut.id ?? cut.photo_id }, tiff]) {
    const before = (await tina.get(list + id)).body;
    const { status, body } = await turn(id, 270);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual([body.width, body.height], [before.height, before.width]);
  }
});

test('a lost image is made again as it was turned', async () => {
  const photo = await newPhoto('remade');
  const { body } = await turn(photo.id, 90);
  await analysed(tina, photo.id);
  rmSync(fileOf(photo, 'thumbnails'));
  writeFileSync(fileOf(photo, ''), 'cut off');
  assert.deepEqual(jpegSize((await tina.get(body.display_url)).bytes), { width: 120, height: 160 });
  assert.deepEqual(jpegSize((await tina.get(body.thumbnail_url)).bytes), { width: 120, height: 160 });
});

test('a photo without its original is not turned', async () => {
  const frugal = await startServer({ 'storage.keep_originals': false });
  try {
    const olga = await frugal.as('operator', 'olga');
    const { id } = await olga.newPhoto(fixture('plain.jpg'));
    assertRefused(await turn(id, 90, olga), 409, 'rotation');
  } finally {
    await frugal.stop();
  }
});

test('a server killed while it turns leaves every photo whole, one way up or the other', async () => {
  const photos = [];
  for (let i = 0; i < 4; i += 1) photos.push(await newPhoto(`killed ${i}`, 'large.jpg'));
  for (const { id } of photos) await analysed(tina, id);
  for (let round = 0; round < 4; round += 1) {
    const turns = photos.map(({ id }) => turn(id, [90, 180, 270, 0][round]).catch(() => null));
    // Each round dies at another moment: before anything is made, with images made beside the old ones, after an answer.
    if (round > 0) await stagedOrAnswered(round, turns);
    await server.kill();
    await Promise.all(turns);
    await server.start();
    assert.deepEqual(staged(), []);
    for (const { id } of photos) {
      const { body } = await tina.get(list + id);
      assert.deepEqual(jpegSize((await tina.get(body.display_url)).bytes), { width: body.display_width, height: body.display_height });
      const lies = body.rotation % 180 !== 0;
      const [width, height] = jpegSizeOf('large.jpg');
      assert.deepEqual([body.width, body.height], lies ? [height, width] : [width, height]);
    }
  }
});
const staged = () => readdirSync(join(server.data, 'incoming')).filter((name) => name.includes('turned'));
async function stagedOrAnswered(count, turns) {
  let isAnswered = false;
  void Promise.race(turns).then(() => (isAnswered = true));
  while (!isAnswered && staged().length < count) await pause(1);
}
const jpegSizeOf = (name) => Object.values(jpegSize(fixture(name)));

test('turned photos outlive a lost database, and nothing is amiss', async () => {
  const photo = await newPhoto('rebuilt');
  const { body: turned } = await turn(photo.id, 270);
  await analysed(tina, photo.id);
  await server.stop({ keepsData: true });
  const found = check();
  assert.equal(found.status, 0, found.report);
  for (const name of ['sightglass.db', 'sightglass.db-wal', 'sightglass.db-shm']) rmSync(join(server.data, name), { force: true });
  const rebuilt = spawnSync(binary, ['rebuild', '--data', server.data], { encoding: 'utf8' });
  assert.equal(rebuilt.status, 0, rebuilt.stderr + rebuilt.stdout);
  await server.start();
  const olaf = await server.as('operator', 'olaf');
  const { body } = await olaf.get(list + photo.id);
  for (const member of ['rotation', 'width', 'height', 'display_width', 'display_height', 'thumbhash', 'display_url']) assert.equal(body[member], turned[member], member);
  assert.deepEqual(jpegSize((await olaf.get(body.display_url)).bytes), { width: 120, height: 160 });
});
