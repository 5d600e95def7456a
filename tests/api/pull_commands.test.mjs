// `sightglass pull`, at the shell beside a working server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { distinct, fixture } from './support/pictures.mjs';
import { RemoteDirectory } from './support/remote_directory.mjs';
import { binary, patience, startServer } from './support/server.mjs';

let server;
let remote;
let source;
before(async () => {
  remote = await RemoteDirectory.open();
  remote.put('fox.jpg', distinct(fixture('plain.jpg'), 'fox'));
  remote.put('page.jpg', '<!doctype html><title>no picture</title>');
  server = await startServer();
  const administrator = await server.as('administrator', 'ada');
  const location = (await administrator.post('/locations', { name: 'Meadow' })).body.id;
  const settings = { allow_plain_transport: true, allow_private_addresses: true, settle_seconds: 0 };
  const made = await administrator.post('/image-pull-sources', { name: 'north', location_id: location, base_url: remote.url, settings });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  source = made.body.id;
});
after(async () => {
  await server?.stop();
  await remote?.close();
});

// Not in this thread, which is the remote end at the same time.
async function run(...words) {
  const child = spawn(binary, [...words, '--data', server.data]);
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { status, stdout, stderr };
}
async function documentOf(...words) {
  const { status, stdout, stderr } = await run(...words, '--json');
  assert.equal(status, 0, stderr + stdout);
  return JSON.parse(stdout);
}
const fetched = () => documentOf('pull', 'run', 'north', '--wait', String(120 * patience));

test('a source is fetched by the server, and its ledger is shown', async () => {
  const [before] = await documentOf('pull', 'list');
  assert.deepEqual([before.id, before.name, before.is_active, before.last_pull_at], [source, 'north', true, null]);
  assert.match((await run('pull', 'list')).stdout, /^north +on +http_index/m);
  const report = await fetched();
  assert.deepEqual([report.state, report.outcome, report.pulled, report.skipped], ['ended', 'done', 1, 1], JSON.stringify(report));
  const files = await documentOf('pull', 'files', 'north');
  assert.deepEqual(files.map(({ name, state, reason }) => [name, state, reason]).sort(), [
    ['fox.jpg', 'stored', ''],
    ['page.jpg', 'skipped', 'not_a_picture'],
  ]);
  assert.equal((await documentOf('pull', 'files', source, '--state', 'stored', '--limit', '1')).length, 1);
  const [known] = await documentOf('pull', 'list');
  assert.deepEqual([known.last_pulled_filename, known.counts.stored, known.run], ['fox.jpg', 1, null]);
});

test('files are tried again when told to', async () => {
  const [page] = await documentOf('pull', 'files', 'north', '--state', 'skipped');
  remote.put('page.jpg', distinct(fixture('plain.jpg'), 'page'), new Date('2026-03-03T03:03:03Z'));
  assert.deepEqual(await documentOf('pull', 'replay', 'north', page.id), { replayed: 1 });
  assert.equal((await fetched()).pulled, 1);
  assert.deepEqual(await documentOf('pull', 'replay', 'north', '--state', 'failed'), { replayed: 0 });
});

test('what is wrong is refused in words', async () => {
  for (const [words, said, expected] of [
    [['files', 'south'], /no source "south"/, 1],
    [['run', 'south'], /no source/, 1],
    [['run', 'north', '--max-files', '0'], /max-files/, 2],
    [['files', 'north', '--state', 'lost'], /state/, 2],
    [['replay', 'north'], /name files, or a --state/, 2],
    [['replay', 'north', 'fox.jpg'], /no file's id/, 2],
    [['replay', 'north', '--state', 'stored'], /state/, 2],
  ]) {
    const { status, stderr } = await run('pull', ...words);
    assert.equal(status, expected, `${words.join(' ')}: ${stderr}`);
    assert.match(stderr, said);
  }
  const operator = await server.as('operator', 'olga');
  assert.equal((await operator.patch(`/image-pull-sources/${source}/toggle?is_active=false`)).status, 200);
  assert.match((await run('pull', 'run', 'north')).stderr, /switched off/);
});
