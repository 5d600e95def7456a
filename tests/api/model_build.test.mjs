// sightglass-worker model-build: what set-up makes of published networks, with hostile ones among them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { binary } from './support/server.mjs';

const worker = join(dirname(binary), 'sightglass-worker');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

const graph = {
  modelTopology: {
    node: [
      { name: 'in', op: 'Placeholder', attr: { shape: { shape: { dim: [1, 2, 2, 3].map((size) => ({ size: `${size}` })) } } } },
      { name: 'w', op: 'Const' },
      { name: 'a/out', op: 'Mul', input: ['in', 'w'] },
    ],
  },
  weightsManifest: [{ paths: ['w.bin'], weights: [{ name: 'w', shape: [], dtype: 'float32' }] }],
};
const description = `name = "tiny"
version = "1"
task = "embedding"
format = "onnx"
[input]
name = "image"
shape = [1, 3, 2, 2]
colour = "rgb"
fit = "letterbox"
[output]
layout = "features"
names = ["y"]
[licence]
name = "MIT"
file = "licence.txt"
`;

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightglass-models-'));
});
after(() => rm(folder, { recursive: true, force: true }));

// One package with one model; `network` is the sum that is pinned of what comes out.
async function arrange({ json = JSON.stringify(graph), weights = Buffer.from([0, 0, 128, 63]), network = '0'.repeat(64), pinned = weights }) {
  await rm(folder, { recursive: true, force: true });
  const members = join(folder, 'members', 'scope-net-1.0.0', 'package');
  await mkdir(members, { recursive: true });
  await mkdir(join(folder, 'models', 'tiny'), { recursive: true });
  await writeFile(join(members, 'model.json'), json);
  await writeFile(join(members, 'w.bin'), weights);
  await writeFile(join(folder, 'models', 'licence.txt'), 'MIT');
  await writeFile(join(folder, 'models', 'tiny', 'model.toml'), description);
  await writeFile(
    join(folder, 'models', 'sources.toml'),
    `[[package]]\nname = "@scope/net"\nversion = "1.0.0"\nsha512 = "${'a'.repeat(128)}"\n
[[model]]\nname = "tiny"\npackage = "@scope/net"\nkind = "tfjs"\nlicence = "licence.txt"\nnetwork = "${network}"
members = [["model.json", "${sha256(json)}"], ["w.bin", "${sha256(pinned)}"]]
outputs = [["a/out", "y"]]\n`,
  );
}

const run = (...args) =>
  new Promise((resolve) => {
    execFile(worker, args, (error, stdout, stderr) => resolve({ status: error ? (error.code ?? error.signal) : 0, stdout, stderr }));
  });
const build = () =>
  run('model-build', '--sources', join(folder, 'models', 'sources.toml'), '--members', join(folder, 'members'), '--bundles', join(folder, 'bundles'));
const bundles = () => readdir(join(folder, 'bundles')).catch(() => []);

// The sum that the conversion gives, as it says when it is pinned wrong.
async function sumGiven() {
  await arrange({});
  const { stderr } = await build();
  return /the conversion gives ([0-9a-f]{64})/.exec(stderr)?.[1];
}

test('lists what is to be fetched', async () => {
  await arrange({});
  const { status, stdout } = await run('model-sources', '--sources', join(folder, 'models', 'sources.toml'));
  assert.equal(status, 0);
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    `package @scope/net 1.0.0 ${'a'.repeat(128)} default scope-net-1.0.0 any`,
    'member scope-net-1.0.0 model.json',
    'member scope-net-1.0.0 w.bin',
  ]);
});

test('refuses a network of another sum than is pinned', async () => {
  assert.match((await sumGiven()) ?? '', /^[0-9a-f]{64}$/);
  assert.deepEqual(await bundles(), []);
});

test('makes a bundle whose files have the sums that it states, and leaves it when it is there', async () => {
  const network = await sumGiven();
  await arrange({ network });
  const { status, stdout, stderr } = await build();
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^tiny 1: \d+ bytes$/m);
  const place = join(folder, 'bundles', 'tiny', '1');
  assert.deepEqual((await readdir(place)).sort(), ['licence.txt', 'model.toml', 'network.onnx']);
  assert.equal(sha256(await readFile(join(place, 'network.onnx'))), network);
  const text = await readFile(join(place, 'model.toml'), 'utf8');
  assert.match(text, new RegExp(`"network.onnx" = "sha256:${network}"`));
  assert.match(text, /package = "@scope\/net"/);
  assert.equal((await build()).stdout, '', 'nothing is made again');
  await writeFile(join(place, 'network.onnx'), 'tampered');
  assert.match((await build()).stdout, /^tiny 1/m, 'what was changed is made again');
  assert.equal(sha256(await readFile(join(place, 'network.onnx'))), network);
});

test('refuses files of another sum than is pinned', async () => {
  await arrange({ pinned: Buffer.from([1, 2, 3, 4]) });
  const { status, stderr } = await build();
  assert.equal(status, 1);
  assert.match(stderr, /w\.bin has another sum than sources\.toml pins/);
  assert.deepEqual(await bundles(), []);
});

test('leaves out models whose package is not there', async () => {
  await arrange({});
  await rm(join(folder, 'members'), { recursive: true });
  const { status, stdout } = await build();
  assert.equal(status, 0);
  assert.equal(stdout, '');
});

const hostile = {
  'no JSON': ['{', /JSON is wrong/],
  'an operator that is not known': [
    JSON.stringify(graph).replace('"Mul"', '"PyFunc"'),
    /PyFunc "a\/out" is an operator that is not taken/,
  ],
  'a circle': [JSON.stringify(graph).replace('"input":["in","w"]', '"input":["a/out","w"]'), /circle/],
  'weights that are not there': [JSON.stringify(graph).replace('"shape":[]', '"shape":[1000000000]'), /longer than what is left/],
  'brackets without end': ['['.repeat(100_000), /JSON is wrong/],
};
for (const [name, [json, message]] of Object.entries(hostile)) {
  test(`says what is wrong with a model that has ${name}`, async () => {
    await arrange({ json });
    const { status, stderr } = await build();
    assert.equal(status, 1);
    assert.match(stderr, message);
    assert.deepEqual(await bundles(), []);
  });
}
