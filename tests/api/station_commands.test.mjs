// `sightglass cameras` and `sightglass station`, at the shell beside a working server.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { binary, startServer } from './support/server.mjs';

let server;
let operator;
let camera;
let station;
before(async () => {
  server = await startServer();
  const administrator = await server.as('administrator', 'ada');
  operator = await server.as('operator', 'olga');
  const made = await administrator.post('/api/v1/cameras', { name: 'bench', driver: 'simulated', address: 'scene:belt?size=320x256' });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  camera = made.body.id;
  const wish = { name: 'press', camera_id: camera, trigger: { source: 'software' } };
  station = (await operator.post('/api/v1/stations', wish)).body.id;
});
after(() => server?.stop());

function run(...words) {
  const { status, stdout, stderr } = spawnSync(binary, [...words, '--data', server.data], { encoding: 'utf8' });
  return { status, stdout, stderr };
}
function documentOf(...words) {
  const { status, stdout, stderr } = run(...words, '--json');
  assert.equal(status, 0, stderr + stdout);
  return JSON.parse(stdout);
}

test('cameras are listed, and say what they can', () => {
  const [row] = documentOf('cameras', 'list');
  assert.deepEqual([row.id, row.name, row.driver, row.enabled], [camera, 'bench', 'simulated', true]);
  assert.match(run('cameras', 'list').stdout, /^bench +simulated +scene:belt/m);
  const features = documentOf('cameras', 'features', 'bench');
  assert.deepEqual([features.simulated, features.sensor], [true, { width: 320, height: 256 }]);
  assert.ok(features.exposure_ms.most > features.exposure_ms.least);
  assert.ok(features.trigger_lines.includes('Line0'));
  assert.match(run('cameras', 'features', camera).stdout, /exposure_ms/);
  assert.equal(documentOf('cameras', 'features', '--driver', 'simulated', '--address', 'scene:gradient?size=640x480').sensor.width, 640);
});

test('a camera is set for good, and refuses what it cannot', async () => {
  assert.equal(documentOf('cameras', 'set', 'bench', '--setting', 'gain=3', '--setting', 'exposure_ms=4').told, true);
  const { settings } = (await operator.get(`/api/v1/cameras/${camera}`)).body;
  assert.deepEqual([settings.gain, settings.exposure_ms], [3, 4]);
  const refused = run('cameras', 'set', 'bench', '--setting', 'exposure_ms=100000000');
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /exposure_ms/);
  assert.match(run('cameras', 'set', 'bench', '--setting', 'colour=red').stderr, /colour/);
  assert.equal((await operator.get(`/api/v1/cameras/${camera}`)).body.settings.exposure_ms, 4);
});

test('a picture is taken into a file and nowhere else', async () => {
  for (const [name, magic] of [['a.jpg', [0xff, 0xd8]], ['a.png', [0x89, 0x50]], ['a.tif', [0x49, 0x49]]]) {
    const file = join(server.data, name);
    const { width, height, simulated, bytes } = documentOf('cameras', 'snap', 'bench', '--output', file, '--setting', 'exposure_ms=2');
    assert.deepEqual([width, height, simulated], [320, 256, true]);
    const written = readFileSync(file);
    assert.deepEqual([[...written.subarray(0, 2)], written.length], [magic, bytes]);
  }
  assert.equal(run('cameras', 'snap', 'bench', '--output', join(server.data, 'a.bmp')).status, 2);
  assert.deepEqual((await operator.get('/api/v1/images/photos/')).body.results, []);
});

test('frames are watched as they come', () => {
  const frames = documentOf('cameras', 'watch', 'bench', '--frames', '3');
  assert.equal(frames.length, 3);
  assert.ok(frames[2].number > frames[0].number && frames[0].brightness > 0, JSON.stringify(frames));
  const { stdout } = run('cameras', 'watch', 'bench', '--frames', '2');
  assert.equal(stdout.match(/brightness/g).length, 2);
});

test('what names no camera, or two, or one that is not there is refused in words', () => {
  for (const [words, said, expected = 2] of [
    [['features'], /camera/],
    [['features', 'odd'], /odd/, 1],
    [['features', 'bench', '--driver', 'simulated', '--address', 'scene:belt'], /camera/],
    [['features', '--driver', 'odd', '--address', 'scene:belt'], /driver/],
    [['features', '--driver', 'simulated', '--address', 'scene:odd'], /scene:odd/],
    [['features', '--driver', 'simulated', '--address', 'scene:belt?busy_for=600'], /server/, 1],
  ]) {
    const { status, stderr } = run('cameras', ...words);
    assert.equal(status, expected, words.join(' '));
    assert.match(stderr, said);
  }
});

test('ids are entered and taken back at the shell', async () => {
  const { number } = documentOf('station', 'add-id', 'press', 'A-1');
  documentOf('station', 'add-id', station, 'A-2');
  assert.deepEqual(documentOf('station', 'ids', 'press').map(({ image_id, stored_by }) => [image_id, stored_by]), [
    ['A-1', 'command line'],
    ['A-2', 'command line'],
  ]);
  assert.match(run('station', 'ids', 'press').stdout, /A-1 +by command line/);
  for (const bad of ['../x', '', '.x', 'a  b', '😀', 'x'.repeat(129)]) {
    const { status, stderr } = run('station', 'add-id', 'press', bad);
    assert.notEqual(status, 0, bad);
    assert.ok(stderr, bad);
  }
  assert.equal(run('station', 'add-id', 'odd', 'A-1').status, 1);
  documentOf('station', 'withdraw-id', 'press', String(number));
  assert.equal(run('station', 'withdraw-id', 'press', String(number)).status, 1);
  const waiting = (await operator.get(`/api/v1/stations/${station}/ids`)).body.results;
  assert.deepEqual(waiting.map(({ image_id }) => image_id), ['A-2']);
});

test('stations and their journal are shown', async () => {
  const until = async (look) => {
    for (;;) {
      const found = await look();
      if (found) return found;
      await new Promise((done) => setTimeout(done, 100));
    }
  };
  await until(async () => (await operator.get(`/api/v1/stations/${station}`)).body.status.armed);
  assert.equal((await operator.post(`/api/v1/stations/${station}/trigger`)).status, 202);
  const [line] = await until(() => documentOf('station', 'journal', 'press').filter(({ state }) => state === 'filed').length && documentOf('station', 'journal', 'press'));
  assert.deepEqual([line.image_id, line.verdict, line.simulated, line.folder], ['A-2', 'OK', true, 'triggered_inspections/A-2']);
  assert.match(run('station', 'journal', 'press', '--limit', '1').stdout, /filed +OK +A-2/);
  const [listed] = documentOf('station', 'list');
  assert.deepEqual([listed.name, listed.camera, listed.today.ok, listed.waiting], ['press', 'bench', 1, 0]);
  assert.match(run('station', 'list').stdout, /^press +on +camera bench/m);
  assert.equal(documentOf('station', 'show', station).trigger.source, 'software');
  assert.match(run('station', 'show', 'press').stdout, /recipe +version 1/);
  assert.equal(run('station', 'show', 'odd').status, 1);
});
