// ./bench ingest: CPU per 12-megapixel JPEG on one core, contestants taking turns in one run.
//   floor    decode at 4/8 to planes, box filter, two encodes: what no picture of this kind can cost less than
//   ingest   the whole way: hash, sandboxed decode, both derived images, metadata, ThumbHash, disk, row, durable
//   pillow   open, turn upright, thumbnail() to 1024 and 300, save
//   sharp    its best case: shrink on load, the thumbnail made from the display image
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const build = process.env.SIGHTGLASS_BUILD ?? 'build/release';
const rounds = Number(process.env.ROUNDS ?? 5);
const pictures = Number(process.env.PICTURES ?? 20);
const picture = join(process.env.SIGHTGLASS_SHARED, 'data/large_photos/Issue_525.jpg');
const contestant = `${build}/benchmarks/ingest_contestant`;

if (!existsSync(picture)) {
  console.error(`${picture} is missing: set SIGHTGLASS_SHARED to where the photos are`);
  process.exit(1);
}

// [command, …] → { cpu ms per picture, peak MB of the largest process }
function measure(command) {
  const report = join(tmpdir(), `sightglass-time-${process.pid}`);
  execFileSync('/usr/bin/time', ['-o', report, '-f', '%U %S %M', 'taskset', '-c', '0', ...command], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, VIPS_CONCURRENCY: '1' },
  });
  const [user, system, kilobytes] = readFileSync(report, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
  rmSync(report);
  return { seconds: user + system, megabytes: kilobytes / 1024 };
}

// What starting costs is measured with one picture and taken away.
function perPicture(command) {
  const one = measure([...command, '1', picture]);
  const many = measure([...command, String(pictures + 1), picture]);
  return { ms: (1000 * (many.seconds - one.seconds)) / pictures, megabytes: many.megabytes };
}

const contestants = {
  floor: [contestant, 'floor'],
  derive: [contestant, 'derive'],
  ingest: [contestant, 'ingest'],
  // Debian's own interpreter, for which python3-pil is installed.
  pillow: ['/usr/bin/python3', 'benchmarks/peers/pillow_peer.py'],
  sharp: ['node', 'benchmarks/peers/sharp_peer.mjs'],
};
const results = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1)
  for (const [name, command] of Object.entries(contestants)) results[name].push(perPicture(command));

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
for (const [name, runs] of Object.entries(results)) {
  const times = runs.map((run) => run.ms);
  console.log(
    `${name.padEnd(8)} median ${median(times).toFixed(1)} ms CPU a picture  (${Math.min(...times).toFixed(1)} … ` +
      `${Math.max(...times).toFixed(1)})  largest process ${median(runs.map((run) => run.megabytes)).toFixed(0)} MB`,
  );
}
const ratio = (a, b) => median(results[a].map((run, i) => run.ms / results[b][i].ms));
console.log(`ingest / floor   ${ratio('ingest', 'floor').toFixed(2)}  (goal: at most 1.35)`);
console.log(`derive / floor   ${ratio('derive', 'floor').toFixed(2)}`);
console.log(`pillow / ingest  ${ratio('pillow', 'ingest').toFixed(2)}  (goal: at least 5)`);
console.log(`sharp / ingest   ${ratio('sharp', 'ingest').toFixed(2)}  (goal: at least 1.3)`);
