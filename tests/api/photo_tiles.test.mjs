// Tiles of photos at full resolution: cut once, kept for a while, the same whichever way they are asked for.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture, hasExif, jpegSize } from './support/pictures.mjs';
import { noise, stripes } from './support/rasters.mjs';
import { binary, shared, startServer } from './support/server.mjs';

const list = '/api/v1/images/photos/';
let server;
let tina;
before(async () => {
  server = await startServer({ 'storage.tile_cache_mb': 16 });
  tina = await server.as('technician', 'tina');
});
after(() => server?.stop());

const tilesOf = (photo) => `${list}${photo.id}/tiles`;
const packs = () => (existsSync(join(server.data, 'cache', 'tiles')) ? readdirSync(join(server.data, 'cache', 'tiles')) : []);
const packOf = (photo, rotation = 0) => `${photo.sha256}-${rotation}.tiles`;
const temporaries = () => readdirSync(join(server.data, 'incoming')).filter((name) => name !== 'uploads');
const originalOf = (photo) => {
  const all = readdirSync(join(server.data, 'photos'), { recursive: true }).map((name) => join(server.data, 'photos', name));
  return all.find((name) => name.includes('originals') && name.includes(photo.filename.replace('.jpg', '')) && !name.endsWith('.json') && statSync(name).isFile());
};

// Every tile of the pyramid is a JPEG of the size that its place says.
async function assertWhole(photo, client = tina) {
  const { status, body } = await client.get(tilesOf(photo));
  assert.equal(status, 200, JSON.stringify(body));
  const { width, height, tile_size: side, levels } = body;
  assert.deepEqual([width, height], [photo.width, photo.height]);
  for (const { level, columns, rows } of levels) {
    const shrunk = 2 ** (levels.length - 1 - level);
    const size = { width: Math.ceil(width / shrunk), height: Math.ceil(height / shrunk) };
    assert.deepEqual([columns, rows], [Math.ceil(size.width / side), Math.ceil(size.height / side)]);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const tile = await client.get(`${tilesOf(photo)}/${level}/${column}/${row}?rotation=${photo.rotation}`);
        assert.equal(tile.status, 200);
        assert.equal(tile.headers.get('content-type'), 'image/jpeg');
        assert.deepEqual(jpegSize(tile.bytes), { width: Math.min(side, size.width - column * side), height: Math.min(side, size.height - row * side) });
        assert.ok(!hasExif(tile.bytes));
      }
    }
  }
  assert.deepEqual([levels[0].columns, levels[0].rows], [1, 1]);
  return body;
}

test('a TIFF is cut into tiles, which browsers may keep', async () => {
  const photo = await tina.newPhoto(stripes(1300, 1100));
  const { levels } = await assertWhole(photo);
  assert.equal(levels.length, 3);
  const tile = `${tilesOf(photo)}/2/1/1`;
  const { headers, bytes } = await tina.get(`${tile}?rotation=0`);
  assert.equal(headers.get('cache-control'), 'private, max-age=3600');
  const again = await tina.get(tile, { 'If-None-Match': headers.get('etag') });
  assert.equal(again.status, 304);
  const part = await tina.get(tile, { Range: 'bytes=0-2' });
  assert.deepEqual([part.status, [...part.bytes]], [206, [...bytes.subarray(0, 3)]]);
  assert.ok(packs().includes(packOf(photo)));
  const grid = await tina.get(tilesOf(photo));
  assert.equal((await tina.get(tilesOf(photo), { 'If-None-Match': grid.headers.get('etag') })).status, 304);
});

test('what is no tile is refused by name, and what is outside is not there', async () => {
  const photo = await tina.newPhoto(stripes(700, 300, 1));
  for (const [path, field] of [['x/0/0', 'level'], ['0/-1/0', 'column'], ['0/0/1e3', 'row'], ['0/0/0?rotation=1', 'rotation'], ['0/0/0?level=1', 'level']])
    assertRefused(await tina.get(`${tilesOf(photo)}/${path}`), 422, field);
  for (const path of ['2/0/0', '1/2/0', '1/0/1', '0/1/0', '4294967296/0/0']) assertRefused(await tina.get(`${tilesOf(photo)}/${path}`), 404);
  assert.ok(!packs().includes(packOf(photo)), 'none was made for it');
});

test('a photo of any orientation, turned in any way, has tiles of its size', async () => {
  for (let orientation = 1; orientation <= 8; orientation += 1) {
    const photo = await tina.newPhoto(distinct(fixture(`orientation_${orientation}.jpg`), 'tiles'));
    await assertWhole((await tina.get(list + photo.id)).body);
  }
  const photo = await tina.newPhoto(stripes(1030, 515, 2));
  for (const rotation of [90, 180, 270, 0]) {
    const { body } = await tina.patch(list + photo.id, { rotation });
    await assertWhole(body);
    assert.ok(packs().includes(packOf(photo, rotation)));
  }
  const stale = await tina.get(`${tilesOf(photo)}/0/0/0?rotation=90`);
  assert.equal(stale.headers.get('cache-control'), 'private, no-cache');
});

test('real photos, a HEIC and a damaged one are cut as well', async () => {
  const exif = join(shared, 'data', 'exif');
  const heic = existsSync(exif) ? readdirSync(exif, { recursive: true }).filter((name) => /\.heic$/i.test(name)) : [];
  if (heic.length === 0) console.log(`NO HEIC below ${exif}: none is cut`);
  for (const name of heic.slice(0, 3)) {
    const { status, body } = await tina.uploadPhoto(readFileSync(join(exif, name)));
    if (status === 201) await assertWhole((await tina.get(list + body.id)).body);
  }
  const real = join(shared, 'data', 'large_photos', 'Nikon_D90.jpg');
  if (!existsSync(real)) console.log(`NO REAL PHOTO at ${real}: none is cut`);
  else await assertWhole((await tina.get(list + (await tina.newPhoto(readFileSync(real))).id)).body);
  const cut = fixture('large.jpg').subarray(0, Math.floor(fixture('large.jpg').length * 0.7));
  const { body } = await tina.uploadPhoto(distinct(cut, 'tiles'), { allow_damaged: 'true' });
  await assertWhole((await tina.get(list + body.id)).body);
});

test('only who may see a photo sees its tiles', async () => {
  const photo = await tina.newPhoto(stripes(600, 600, 3));
  const theo = await server.as('technician', 'theo');
  for (const path of ['', '/0/0/0']) {
    assertRefused(await theo.get(tilesOf(photo) + path), 404);
    assertRefused(await server.anonymous().get(tilesOf(photo) + path), 401);
  }
  assert.ok(!packs().includes(packOf(photo)));
  await assertWhole(photo, await server.as('viewer', 'vera'));
  assertRefused(await theo.get(`${tilesOf(photo)}/0/0/0`), 404);
  // The same bytes are his when he sends them, and need no second pyramid.
  const own = await theo.newPhoto(stripes(600, 600, 3));
  assert.equal(own.sha256, photo.sha256);
  await assertWhole(own, theo);
});

test('asked for by many at once, tiles are made once', async () => {
  const photo = await tina.newPhoto(stripes(2000, 1500, 4));
  const answers = await Promise.all(Array.from({ length: 8 }, () => tina.get(tilesOf(photo))));
  for (const { status, headers } of answers) assert.deepEqual([status, headers.get('etag')], [200, answers[0].headers.get('etag')]);
  assert.equal(packs().filter((name) => name.startsWith(photo.sha256)).length, 1);
  assert.deepEqual(temporaries(), []);
});

test('without the original there is nothing to cut', async () => {
  const photo = await tina.newPhoto(stripes(800, 600, 5));
  const original = originalOf(photo);
  const bytes = readFileSync(original);
  rmSync(original);
  const answer = await tina.get(tilesOf(photo));
  assertRefused(answer, 410);
  assert.equal(answer.body.error.code, 'file_lost');
  assertRefused(await tina.get(`${tilesOf(photo)}/0/0/0`), 410);
  writeFileSync(original, bytes.subarray(0, 40_000));
  assertRefused(await tina.get(tilesOf(photo)), 410);
  writeFileSync(original, bytes);
  await assertWhole(photo);
  // What was cut already goes on being shown.
  rmSync(original);
  await assertWhole(photo);
  writeFileSync(original, bytes);
  // Anybody may empty the cache, or break what is in it.
  for (const name of packs()) rmSync(join(server.data, 'cache', 'tiles', name));
  await assertWhole(photo);
  writeFileSync(join(server.data, 'cache', 'tiles', packOf(photo)), 'rubbish');
  await assertWhole(photo);
});

test('the cache keeps to its size, its files are no strays, and its bytes are told', async () => {
  const photos = [await tina.newPhoto(noise(2200, 2200, 1)), await tina.newPhoto(noise(2200, 2200, 2))];
  for (const photo of photos) assert.equal((await tina.get(tilesOf(photo))).status, 200);
  assert.ok(!packs().includes(packOf(photos[0])) && packs().includes(packOf(photos[1])), packs().join());
  assert.equal((await tina.get(`${tilesOf(photos[0])}/0/0/0`)).status, 200, 'made again when it is missed');
  const { stdout } = spawnSync(binary, ['check', '--data', server.data, '--json', '--grace-minutes', '0'], { encoding: 'utf8' });
  assert.doesNotMatch(stdout, /cache/);
  const ada = await server.as('administrator', 'ada');
  const { body } = await ada.get('/api/v1/storage');
  assert.ok(body.tiles.count >= 1 && body.tiles.bytes > 1000);
});

test('killed while it cuts, the server starts clean and cuts again', async () => {
  const photo = await tina.newPhoto(noise(2200, 2200, 3));
  const lost = tina.get(tilesOf(photo)).catch(() => null);
  const end = Date.now() + 10_000;
  while (temporaries().length === 0 && !packs().includes(packOf(photo)) && Date.now() < end) await new Promise(setImmediate);
  await server.kill();
  await lost;
  await server.start();
  assert.deepEqual(temporaries(), []);
  await assertWhole(photo);
});
