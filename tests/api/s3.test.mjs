// The whole server with its photos in a bucket of a real S3 server.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { chmod, mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { analysed } from './support/analysed.mjs';
import { untilSo } from './support/failing.mjs';
import { Gateway, gatewayIsAbsent } from './support/gateway.mjs';
import { distinct, fixture, jpegSize } from './support/pictures.mjs';
import { stripes } from './support/rasters.mjs';
import { binary, freePort, patience, Server } from './support/server.mjs';

const options = { skip: gatewayIsAbsent };
const list = '/api/v1/images/photos/';
const gateway = new Gateway();
let server;
let tina;
before(async () => {
  if (gatewayIsAbsent) return;
  await gateway.start();
  await gateway.makeBucket('plant');
  const data = await mkdtemp(join(tmpdir(), 'sightglass-api-s3-'));
  await writeFile(join(data, 'sightglass.toml'), `[storage]
s3_endpoint = "${gateway.endpoint}"
s3_bucket = "plant"
s3_prefix = "seven"
s3_access_key = "${gateway.accessKey}"
s3_presigned_downloads = true
[accounts]
login_attempts_per_minute = 1000
`);
  await mkdir(join(data, 'keys'), { mode: 0o700 });
  await writeFile(join(data, 'keys', 's3_secret_key'), `${gateway.secretKey}\n`, { mode: 0o600 });
  server = new Server(data, await freePort(), {});
  await server.start();
  tina = await server.as('technician', 'tina');
});
after(async () => {
  await server?.stop();
  if (!gatewayIsAbsent) await gateway.stop();
});

const command = (...words) => spawnSync(binary, [...words, '--data', server.data, '--json'], { encoding: 'utf8' });
const filesBelow = (folder) => readdirSync(join(server.data, folder), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile()).map((entry) => entry.name);
// Every process of the server: it, its workers and their decoders.
function processes() {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) . /s, '').split(' ')[0];
      return [{ pid, parent, words, variables: readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0') }];
    } catch {
      return []; // ended meanwhile
    }
  });
  const root = all.filter(({ words }) => words[1] === 'serve' && words.includes(server.data));
  const below = (found) => {
    const more = all.filter(({ pid, parent }) => !found.some((one) => one.pid === pid) && found.some((one) => one.pid === parent));
    return more.length === 0 ? found : below([...found, ...more]);
  };
  return below(root);
}

test('a photo lies in the bucket under the names that it has on a disk, and nowhere else', options, async () => {
  const job = await tina.newJob({ title: 'Pump' });
  const { body: photo } = await tina.addToJob(job.id, fixture('orientation_6.jpg'));
  const kept = await analysed(tina, photo.id);
  assert.ok((await tina.get(kept.original_url)).bytes.equals(fixture('orientation_6.jpg')));
  assert.deepEqual(jpegSize((await tina.get(kept.display_url)).bytes), { width: 160, height: 120 });
  const stem = kept.filename.replace('.jpg', '');
  const folder = `seven/images/job_${job.id}`;
  assert.deepEqual((await gateway.keys('plant', folder)).sort(), [
    `${folder}/${kept.filename}`, `${folder}/originals/${stem}.jpg`, `${folder}/originals/${stem}.json`, `${folder}/thumbnails/${kept.filename}`,
  ]);
  assert.deepEqual(await gateway.keys('plant', 'seven/incoming/'), []);
  assert.deepEqual([...filesBelow('images'), ...filesBelow('photos'), ...filesBelow('incoming')], []);
});

test('the secret is in no argument, no answer and no log, and does not reach the decoder', options, async () => {
  const running = processes();
  assert.ok(running.some(({ words }) => words.includes('tasks')) && running.some(({ words }) => words.includes('decode')));
  for (const { words, variables } of running) {
    assert.ok(!words.some((word) => word.includes(gateway.secretKey)), words.join(' '));
    if (words.includes('decode')) assert.ok(!variables.some((one) => one.includes(gateway.secretKey)), 'a decoder has it');
  }
  const ada = await server.as('administrator', 'ada');
  const { bytes, body } = await ada.get('/api/v1/settings');
  assert.ok(!bytes.includes(gateway.secretKey));
  assert.equal(body.find(({ name }) => name === 'storage.s3_bucket').value, 'plant');
  assert.ok(!server.log.includes(gateway.secretKey));
});

test('an upload goes on where it was after the server was killed', options, async () => {
  const bytes = distinct(fixture('plain.jpg'), 'in pieces');
  const tus = { 'Tus-Resumable': '1.0.0' };
  const begun = await tina.request('POST', '/api/v1/uploads', { headers: { ...tus, 'Upload-Length': String(bytes.length) } });
  assert.equal(begun.status, 201, JSON.stringify(begun.body));
  const at = begun.headers.get('location');
  const send = (offset, piece) => tina.request('PATCH', at, {
    headers: { ...tus, 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) }, body: piece,
  });
  assert.equal((await send(0, bytes.subarray(0, 400))).status, 204);
  assert.equal((await send(400, bytes.subarray(400, 700))).status, 204);
  await server.kill();
  rmSync(join(server.data, 'spool'), { recursive: true, force: true });
  await server.start();
  assert.equal((await tina.head(at, tus)).headers.get('upload-offset'), '700');
  assert.equal((await send(700, bytes.subarray(700))).status, 204);
  const { body: state } = await tina.get(at);
  assert.equal(state.state, 'stored', JSON.stringify(state));
  assert.ok((await tina.get(`${list}${state.photo}/original`)).bytes.equals(bytes));
  assert.deepEqual((await gateway.keys('plant', 'seven/incoming/')).filter((key) => !key.endsWith('.upload')), []);
});

test('browsers fetch a large original from the bucket, after it was written down who may', options, async () => {
  const large = stripes(700, 600);
  const photo = await tina.newPhoto(large);
  const answer = await tina.get(photo.original_url);
  assert.equal(answer.status, 302);
  const address = answer.headers.get('location');
  assert.ok(address.startsWith(`${gateway.endpoint}/plant/seven/photos/`), address);
  assert.equal(answer.headers.get('cache-control'), 'private, no-store');
  const fetched = await fetch(address);
  assert.equal(fetched.status, 200);
  assert.ok(Buffer.from(await fetched.arrayBuffer()).equals(large));
  assert.equal((await tina.head(photo.original_url)).status, 200);
  const vera = await server.as('technician', 'vera');
  assert.equal((await vera.get(photo.original_url)).status, 404);
  const page = await server.anonymous().get('/sign-in');
  assert.ok(page.headers.get('content-security-policy').includes(`img-src 'self' blob: data: ${gateway.endpoint}`));
  const ada = await server.as('administrator', 'ada');
  for (const end = Date.now() + 20_000 * patience; ; await pause(100)) {
    const { body } = await ada.get(`/api/v1/audit?object_id=${photo.id}&action=photo.view`);
    if (body.results.length > 0) break;
    assert.ok(Date.now() < end, 'the view is not in the audit log');
  }
});

test('tiles are cut from the original in the bucket and kept on this machine', options, async () => {
  const photo = await tina.newPhoto(stripes(700, 600, 1));
  const { status, body } = await tina.get(`${list}${photo.id}/tiles`);
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(filesBelow('cache').length, 1);
  assert.deepEqual(await gateway.keys('plant', 'seven/cache/'), []);
});

test('a photo is turned, thrown away and deleted for good', options, async () => {
  const photo = await tina.newPhoto(distinct(fixture('orientation_8.jpg'), 'turned'));
  const ada = await server.as('administrator', 'ada');
  const turned = await ada.patch(`${list}${photo.id}`, { rotation: 90 });
  assert.equal(turned.status, 200, JSON.stringify(turned.body));
  assert.deepEqual(jpegSize((await tina.get(turned.body.display_url)).bytes), { width: 120, height: 160 });
  const stem = photo.filename.replace('.jpg', '');
  const objects = async () => (await gateway.keys('plant', 'seven/photos/')).filter((key) => key.includes(stem));
  assert.equal((await objects()).length, 4);
  assert.equal((await ada.delete(`${list}${photo.id}`)).status, 204);
  assert.deepEqual(await objects(), []);
});

test('while the bucket is away pictures are refused and none is lost, and then all goes on', options, async () => {
  const before = await tina.newPhoto(distinct(fixture('plain.jpg'), 'before'));
  gateway.kill();
  const refused = await tina.uploadPhoto(distinct(fixture('plain.jpg'), 'while'));
  const read = await tina.get(before.display_url);
  await untilSo(tina, '/health', ({ storage }) => storage.status === 'unavailable');
  const away = await tina.get('/health');
  await gateway.startAgain();
  assert.equal(refused.status, 503, JSON.stringify(refused.body));
  assert.equal(read.status, 503, JSON.stringify(read.body));
  await tina.newPhoto(distinct(fixture('plain.jpg'), 'after'));
  assert.equal((await tina.get(before.display_url)).status, 200);
  assert.equal(away.status, 503, JSON.stringify(away.body));
  await untilSo(tina, '/health', ({ storage }) => storage.status === 'ok');
});

test('check finds all in order, and rebuild makes the database again from the bucket', options, async () => {
  const { body: all } = await tina.get(`${list}?limit=500`);
  await server.stop({ keepsData: true });
  await server.start();
  await server.stop({ keepsData: true });
  const checked = command('check', '--deep', '--grace-minutes', '0');
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);
  for (const name of readdirSync(server.data)) if (name.startsWith('sightglass.db')) rmSync(join(server.data, name));
  const rebuilt = command('rebuild');
  assert.equal(rebuilt.status, 0, rebuilt.stdout + rebuilt.stderr);
  await server.start();
  const oda = await server.as('operator', 'oda');
  const { body: again } = await oda.get(`${list}?limit=500`);
  assert.deepEqual(again.results.map(({ id }) => id).sort(), all.results.map(({ id }) => id).sort());
});

test('a wrong secret and an absent bucket end the start with words', options, async () => {
  await server.stop({ keepsData: true });
  const start = (variables) => spawnSync(binary, ['serve', '--data', server.data, '--listen', '127.0.0.1:0'], {
    encoding: 'utf8', env: { ...process.env, ...variables }, timeout: 60_000 * patience,
  });
  const wrong = start({ SIGHTGLASS_STORAGE_S3_SECRET_KEY: 'wrong' });
  assert.notEqual(wrong.status, 0);
  assert.match(wrong.stderr, /storage\.s3_secret_key is not the one of this access key/);
  const absent = start({ SIGHTGLASS_STORAGE_S3_BUCKET: 'absent' });
  assert.match(absent.stderr, /There is no bucket absent/);
  const argument = spawnSync(binary, ['serve', '--data', server.data, '--set', 'storage.s3_secret_key=x'], { encoding: 'utf8' });
  assert.match(argument.stderr, /is a secret and is not taken as an argument/);
  await chmod(join(server.data, 'keys', 's3_secret_key'), 0o644);
  assert.match(start({}).stderr, /may be used by others than its owner/);
});
