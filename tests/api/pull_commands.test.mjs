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
const run = (...words) => runWith('', ...words);
async function runWith(input, ...words) {
  const child = spawn(binary, [...words, '--data', server.data]);
  child.stdin.end(input);
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

test('an address is tried before it is a source', async () => {
  const allowed = ['--allow-plain-transport', '--allow-private-addresses'];
  const trial = await documentOf('pull', 'test', remote.url, ...allowed, '--name-pattern', 'fox*');
  assert.deepEqual([trial.style, trial.files], ['nginx', 2]);
  assert.deepEqual(trial.would_pull.map(({ name, reason }) => [name, reason]).sort(), [['fox.jpg', ''], ['page.jpg', 'name_pattern']]);
  const { stdout } = await run('pull', 'test', remote.url, ...allowed, '--name-pattern', 'fox*');
  assert.match(stdout, /^nginx: 2 files, 0 folders/m);
  assert.match(stdout, /^would fetch +fox\.jpg /m);
  assert.match(stdout, /^would skip +page\.jpg .*its name/m);
  remote.password = 'ann:hush';
  try {
    const signIn = [...allowed, '--user', 'ann', '--password-stdin'];
    assert.match((await run('pull', 'test', remote.url, ...allowed)).stderr, /sign in/);
    assert.equal((await runWith('hush\n', 'pull', 'test', remote.url, ...signIn)).status, 0);
    assert.match((await runWith('psst\n', 'pull', 'test', remote.url, ...signIn)).stderr, /does not accept this sign-in/);
    assert.match((await run('pull', 'test', remote.url, ...signIn)).stderr, /nothing came on standard input/);
  } finally {
    remote.password = null;
  }
});

test('a source is tried as it is', async () => {
  assert.equal((await documentOf('pull', 'test', 'north')).files, 2);
  assert.equal((await documentOf('pull', 'test', source, '--depth', '1')).style, 'nginx');
  assert.match((await run('pull', 'test', 'north', '--user', 'ann')).stderr, /tried as it is/);
});

test('files that were given up are told of among the failures', async () => {
  assert.deepEqual(await documentOf('failures', 'files'), []);
});

test('what is wrong is refused in words', async () => {
  for (const [words, said, expected] of [
    [['files', 'south'], /no source "south"/, 1],
    [['run', 'south'], /no source/, 1],
    [['test', 'south'], /no source "south", and it is no address/, 1],
    [['test', 'http://192.0.2.1/'], /in the clear|without TLS|plain/, 2],
    [['test', 'https://192.0.2.1/', '--password-stdin', '--key-stdin'], /excludes/, 2],
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
