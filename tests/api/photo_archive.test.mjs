// Many photos as one zip, opened by a program that knows nothing of ours: Info-ZIP's unzip.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture, jpegSize } from './support/pictures.mjs';
import { requestBytes } from './support/raw.mjs';
import { startServer } from './support/server.mjs';

const list = '/api/v1/images/photos';
const archive = `${list}/archive`;
const nobody = '0190163d-8694-739b-aea5-966c26f8ad90';

let server;
let folder;
let tina;
let tom;
let olga;
before(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), 'sightglass-zip-'));
  tina = await server.as('technician', 'tina');
  tom = await server.as('technician', 'tom');
  olga = await server.as('operator', 'olga');
});
after(async () => {
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const picture = (name) => distinct(fixture('plain.jpg'), name);
async function send(name, filename = `${name}.jpg`, who = tina) {
  const { status, body } = await who.upload(`${list}/upload/`, { image: { bytes: picture(name), name: filename }, description: name });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}
async function prepare(body, who = tina) {
  const answer = await who.post(archive, body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

function unzip(...args) {
  const { status, stdout, stderr } = spawnSync('unzip', args, { env: { ...process.env, LC_ALL: 'C.UTF-8' }, maxBuffer: 1 << 28 });
  return { status, text: stdout.toString('utf8') + stderr.toString('utf8'), bytes: stdout };
}
// What a zip holds, after every byte of it was checked.
function opened(bytes) {
  const path = join(folder, `${Math.random()}.zip`);
  writeFileSync(path, bytes);
  const tested = unzip('-t', path);
  assert.equal(tested.status, 0, tested.text);
  const names = unzip('-Z1', path).text.trim().split('\n');
  return { names, read: (name) => unzip('-p', path, name.replace(/[[\]*?]/g, '\\$&')).bytes };
}
async function download(url, who = tina) {
  const answer = await who.get(url);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return opened(answer.bytes);
}

test('originals come as they were sent, in folders of their jobs, under safe names of their own', async () => {
  const job = await tina.newJob({ number: 'A-1/7', title: 'Dächer: Süd' });
  for (const name of ['Motor ä 日本.jpg', '../../etc/evil.jpg', 'MOTOR Ä 日本.JPG'])
    assert.equal((await tina.upload(`/job/${job.id}/add_image`, { image: { bytes: picture(name), name } })).status, 200);
  const { count, bytes, left_out, url, expires_at } = await prepare({ filter: { job: job.id } });
  assert.deepEqual([count, left_out], [3, 0]);
  assert.ok(Date.parse(expires_at) > Date.now() + 14 * 60_000);
  const zip = await download(url);
  const base = `job_${job.id} A-1_7 Dächer_ Süd`;
  // Names that differ in case alone would be one file on Windows and macOS.
  assert.deepEqual(zip.names.map((name) => name.toLowerCase()).sort(), ['evil.jpg', 'motor ä 日本 (2).jpg', 'motor ä 日本.jpg'].map((name) => `${base}/${name}`.toLowerCase()));
  assert.deepEqual(zip.read(`${base}/evil.jpg`), picture('../../etc/evil.jpg'));
  assert.equal(bytes, zip.names.reduce((sum, name) => sum + zip.read(name).length, 0));
});

test('display images of what a filter finds, but for some', async () => {
  const kept = await send('shown');
  const left = await send('not shown');
  const { url, count } = await prepare({ filter: { q: 'shown' }, except: [left.id], variant: 'display' });
  assert.equal(count, 1);
  const { names, read } = await download(url);
  assert.match(names[0], /^photos\/\d{4}-\d\d-\d\d\/shown\.jpg$/);
  const { width, height } = jpegSize(read(names[0]));
  const { body } = await tina.get(`${list}/${kept.id}`);
  assert.deepEqual([width, height], [body.display_width, body.display_height]);
});

test('the download is an attachment that no cache keeps, and HEAD tells of it without making it', async () => {
  const { url } = await prepare({ photos: [(await send('one')).id] });
  for (const { status, headers } of [await tina.head(url), await tina.get(url)]) {
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'application/zip');
    assert.match(headers.get('content-disposition'), /^attachment; filename="sightglass_\d{8}_\d{6}_1_originals\.zip"$/);
    assert.equal(headers.get('cache-control'), 'private, no-store');
    assert.equal(headers.get('content-length'), null);
  }
  const admin = await server.as('administrator', 'ada');
  const entries = (await admin.get(`/api/v1/audit?object_id=${url.split('/').at(-1)}`)).body.results;
  assert.deepEqual(entries.map(({ action, actor }) => [action, actor]), [['archive.download', 'tina']]);
});

test('an archive is its caller’s alone, and shows nothing that they may not see', async () => {
  const own = await send('own');
  const foreign = await send('foreign', 'foreign.jpg', tom);
  const { url, count, left_out } = await prepare({ photos: [own.id, foreign.id, nobody] });
  assert.deepEqual([count, left_out], [1, 2]);
  assertRefused(await tom.get(url), 404);
  assertRefused(await olga.get(url), 404);
  assertRefused(await server.anonymous().get(url), 401);
  assertRefused(await server.anonymous().post(archive, { photos: [own.id] }), 401);
  const { names, read } = await download(url);
  assert.deepEqual(names.map((name) => name.split('/').at(-1)), ['own.jpg', 'left_out.txt']);
  assert.match(read('left_out.txt').toString(), new RegExp(`photo ${foreign.id}: it is not there any more, or you may not see it`));
  assertRefused(await tina.post(archive, { photos: [foreign.id] }), 422, 'photos');
});

test('what was trashed, deleted, lost or damaged since is left out, and a text says so', async () => {
  const photos = {};
  for (const name of ['kept', 'trashed', 'deleted', 'lost', 'damaged']) photos[name] = (await send(`since ${name}`)).id;
  const { url, count } = await prepare({ photos: Object.values(photos) });
  assert.equal(count, 5);
  assert.equal((await tina.post(`${list}/${photos.trashed}/trash`)).status, 204);
  assert.equal((await olga.delete(`${list}/${photos.deleted}`)).status, 204);
  rmSync(await originalOf(photos.lost));
  truncateSync(await originalOf(photos.damaged), 100);
  const { names, read } = await download(url);
  assert.deepEqual(names.map((name) => name.split('/').at(-1)), ['since kept.jpg', 'left_out.txt']);
  const told = read('left_out.txt').toString();
  assert.match(told, new RegExp(`since trashed.jpg, photo ${photos.trashed}: it is in the trash`));
  assert.match(told, new RegExp(`photo ${photos.deleted}: it is not there any more`));
  assert.match(told, new RegExp(`since lost.jpg, photo ${photos.lost}: the original of this photo is lost`));
  assert.match(told, new RegExp(`photo ${photos.damaged}: its file is damaged: \\d+ bytes were stored, 100 are there`));
});

// Where the data directory keeps an original.
async function originalOf(id) {
  const { stdout } = spawnSync('find', [server.data, '-path', '*originals*', '-name', '*.json'], { encoding: 'utf8' });
  for (const sidecar of stdout.trim().split('\n')) {
    const grep = spawnSync('grep', ['-q', id, sidecar]);
    if (grep.status === 0) return sidecar.replace(/\.json$/, '.jpg');
  }
  throw new Error(`no sidecar tells of ${id}`);
}

// Reads until `enough` bytes came, and then goes away.
function leave(url, enough) {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1');
    let got = 0;
    socket.on('data', (chunk) => (got += chunk.length) >= enough && socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', resolve);
    socket.write(requestBytes('GET', url, { Authorization: `Bearer ${tina.token}` }));
  });
}

test('clients that go away leave no download behind', async () => {
  const photos = [];
  for (let i = 0; i < 4; i += 1) photos.push((await send(`abandoned ${i}`)).id);
  const { url } = await prepare({ photos });
  for (let i = 0; i < 6; i += 1) await leave(url, 200);
  // Three may run at once; those of the clients that went away end as soon as that is seen.
  let answer = await tina.get(url);
  for (let i = 0; i < 100 && answer.status === 429; i += 1) {
    await pause(50);
    answer = await tina.get(url);
  }
  assert.equal(answer.status, 200);
  assert.equal(opened(answer.bytes).names.length, 4);
});

test('what names no photos, too many, or says it wrongly is refused by name', async () => {
  const { id } = await send('asked');
  for (const [body, field] of [
    [{}, 'photos'],
    [{ photos: [] }, 'photos'],
    [{ photos: [id], filter: {} }, 'photos'],
    [{ photos: ['x'] }, 'photos'],
    [{ photos: id }, 'photos'],
    [{ photos: [nobody] }, 'photos'],
    [{ photos: Array(10_001).fill(id) }, 'photos'],
    [{ filter: { q: 'nothing has this word' } }, 'filter'],
    [{ filter: { trashed: true, tag: 'none' } }, 'filter'],
    [{ filter: { colour: 'red' } }, 'colour'],
    [{ filter: 'all' }, 'filter'],
    [{ filter: {}, except: ['x'] }, 'except'],
    [{ photos: [id], variant: 'thumbnail' }, 'variant'],
    [{ photos: [id], cursor: 'x' }, 'cursor'],
  ])
    assertRefused(await tina.post(archive, body), 422, field);
  assertRefused(await tina.post(archive, '{'), 400);
  assertRefused(await tina.get(`${archive}/${nobody}`), 404);
  assertRefused(await tina.get(`${archive}/x`), 404);
  const { url } = await prepare({ photos: [id, id] });
  assertRefused(await tina.get(`${url}?name=x`), 422, 'name');
});
