// Imports every file of the shared data with the real program: nothing crashes, memory stays bounded, every refusal has
// a reason, what became a photo has good images, and what ExifTool reads of the pictures is what we read.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import test from 'node:test';
import { jpegSize } from '../api/support/pictures.mjs';
import { tableOf } from '../api/support/tables.mjs';
import * as campaign from './support/campaign.mjs';

const source = join(campaign.shared, 'data');
const skip = existsSync(source) ? false : `NO REAL PHOTOS at ${source}: set SIGHTGLASS_SHARED`;
const mebibyte = 1024; // in KiB
const memoryLimits = { 'sightglass import': 192 * mebibyte, 'sightglass serve': 192 * mebibyte, 'sightglass-worker decode': 512 * mebibyte, 'sightglass-worker tasks': 192 * mebibyte };

// Labelled files that must become photos, and the share of labelled values that must agree.
const floors = {
  large_photos: { photos: 10, orientation: 1, make: 1, model: 1, taken: 1, position: 1, size: 1 },
  exif: { photos: 187, orientation: 1, make: 1, model: 1, taken: 1, position: 1, altitude: 1, size: 1 },
};

// Runs the import and watches the peaks of its processes.
async function importAll(data, peaks) {
  const child = spawn(campaign.program, ['import', source, '--json', '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  const watch = setInterval(() => notePeaks(peaks, child.pid), 50);
  const [code, signal] = await new Promise((resolve) => child.on('close', (...end) => resolve(end)));
  clearInterval(watch);
  assert.equal(signal, null);
  assert.ok(code === 0 || code === 1, `import ended with ${code}`);
  return JSON.parse(Buffer.concat(chunks).toString());
}

function notePeaks(peaks, pid) {
  for (const [kind, peak] of Object.entries(campaign.peaksOf(pid))) peaks[kind] = Math.max(peaks[kind] ?? 0, peak);
}

// Refusals by folder and reason, with numbers left out of the reasons.
function tableOfRefusals(report) {
  const counts = new Map();
  for (const { path, code, reason } of report.refusals) {
    const row = [relative(source, path).split('/')[0], code, reason.replace(/\d+/g, 'N')].join('\t');
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return [...counts].sort().map(([row, count]) => `${count}\t${row}`);
}

const near = (value, label, tolerance) => value !== null && Math.abs(value - Number(label)) <= tolerance;
const text = (value) => (value ?? '').trim().replace(/\0.*/, '');

const comparisons = {
  orientation: { label: 'orientation', agrees: (photo, row) => photo.orientation === Number(row.orientation) },
  make: { label: 'make', agrees: (photo, row) => text(photo.camera_make) === text(row.make) },
  model: { label: 'model', agrees: (photo, row) => text(photo.camera_model) === text(row.model) },
  taken: {
    label: 'taken',
    // A camera without a clock writes zeros or blanks: that is no time.
    counts: (row) => /[1-9]/.test(row.taken),
    agrees: (photo, row) => photo.taken_local?.slice(0, 19) === row.taken.slice(0, 19).replace(/^(\d+):(\d+):(\d+) /, '$1-$2-$3T'),
  },
  position: {
    label: 'gps_lat',
    // Some labels give no longitude.
    agrees: (photo, row) =>
      near(photo.latitude, row.gps_lat, 1e-5) && (!row.gps_lon || near(photo.longitude, row.gps_lon, 1e-5)),
  },
  altitude: { label: 'gps_alt', agrees: (photo, row) => near(photo.altitude, row.gps_alt, 0.5) },
  size: {
    label: 'width',
    agrees: (photo, row) => {
      const sides = [photo.width, photo.height].sort((a, b) => a - b).join();
      return sides === [Number(row.width), Number(row.height)].sort((a, b) => a - b).join();
    },
  },
};

// What fell below its floor.
function compare(set, photosByHash, t) {
  const below = [];
  const rows = tableOf(readFileSync(join(source, set, 'labels.csv'), 'utf8'));
  const taken = rows
    .map((row) => ({ row, photo: photosByHash.get(campaign.sha256(readFileSync(join(source, set, row.path)))) }))
    .filter(({ photo }) => photo);
  t.diagnostic(`${set}: ${taken.length} of ${rows.length} labelled files became photos`);
  if (taken.length < floors[set].photos) below.push(`${set}: only ${taken.length} became photos`);
  for (const [what, { label, agrees, counts = () => true }] of Object.entries(comparisons)) {
    const labelled = taken.filter(({ row }) => row[label] && counts(row));
    if (labelled.length === 0) continue;
    const wrong = labelled.filter(({ row, photo }) => !agrees(photo, row));
    const share = 1 - wrong.length / labelled.length;
    t.diagnostic(`${set} ${what}: ${labelled.length - wrong.length} of ${labelled.length} as ExifTool reads it`);
    for (const { row, photo } of wrong) {
      const ours = { orientation: photo.orientation, make: photo.camera_make, model: photo.camera_model, taken: photo.taken_local, position: [photo.latitude, photo.longitude], altitude: photo.altitude, size: [photo.width, photo.height] };
      t.diagnostic(`  ${what} ${row.path}: label ${row[label]}, ours ${ours[what]}${row.warning ? ` (${row.warning})` : ''}`);
    }
    const floor = floors[set][what];
    if (share < floor) below.push(`${set} ${what}: ${share.toFixed(3)} is below ${floor}`);
  }
  return below;
}

async function assertImagesAreGood(server, photos) {
  for (const photo of photos) {
    for (const variant of ['display', 'thumbnail']) {
      const answer = await server.request(`/api/v1/images/photos/${photo.id}/${variant}`);
      assert.equal(answer.status, 200, `${variant} of ${photo.original_filename}`);
      const { width, height } = jpegSize(Buffer.from(await answer.arrayBuffer()));
      assert.ok(width > 0 && height > 0);
    }
  }
}

test('every file of the shared data becomes a good photo or is refused with a reason', { skip, timeout: 1_200_000 }, async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'sightglass-all-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  campaign.addAdministrator(data);
  const peaks = {};
  const begun = performance.now();
  const report = await importAll(data, peaks);
  t.diagnostic(`${report.found} files in ${((performance.now() - begun) / 1000).toFixed(1)} s: ${report.imported} imported, ${report.was_there} there, ${report.refused} refused`);
  assert.equal(report.imported + report.was_there + report.refused, report.found);
  const outcomes = tableOfRefusals(report);
  if (process.env.OUTCOMES) writeFileSync(process.env.OUTCOMES, `${outcomes.join('\n')}\n`);

  const server = await new campaign.Server(data).start();
  t.after(() => server.process.exitCode === null && server.process.signalCode === null && server.kill());
  const watch = setInterval(() => notePeaks(peaks, server.process.pid), 100);
  const photos = await server.photos();
  assert.equal(photos.length, report.imported);
  await assertImagesAreGood(server, photos);
  assert.equal(await server.untilProcessed(600_000), 0, 'photos stay unprocessed');
  clearInterval(watch);
  assert.deepEqual(await server.photos('&status=FAILED'), []);
  const photosByHash = new Map(photos.map((photo) => [photo.sha256, photo]));
  assert.deepEqual(Object.keys(floors).flatMap((set) => compare(set, photosByHash, t)), []);
  await server.stop();
  assert.deepEqual(campaign.check(data, '--deep').findings, []);
  for (const [kind, peak] of Object.entries(peaks)) {
    t.diagnostic(`peak memory of ${kind}: ${(peak / mebibyte).toFixed(0)} MiB`);
    assert.ok(peak <= (memoryLimits[kind] ?? Infinity), `${kind} took ${peak} KiB`);
  }
  for (const { path, code, reason } of report.refusals) {
    assert.ok(['unsupported_format', 'corrupt_image', 'too_large'].includes(code), `${path}: ${code} ${reason}`);
    assert.match(reason, /[^\s:]$/, `${path}: "${reason}" names no reason`);
  }
});
