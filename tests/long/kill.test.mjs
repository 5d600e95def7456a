// Pulls the plug: kill -9 of the whole process group at random moments under parallel uploads and deletions.
// ROUNDS (200) kills; every acknowledged photo must be there with its exact bytes, every deleted one gone, nothing
// left half done, nobody left alive, no task left undone, and `check` must be clean.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import * as campaign from './support/campaign.mjs';

const { check, filesBelow, Server, sha256, uniqueJpeg } = campaign;
const rounds = Number(process.env.ROUNDS ?? 200);
const parallel = 20;
const startLimit = 300; // milliseconds from the start of the process to a healthy answer, at the median
const large = campaign.readBasePicture();
const small = campaign.fixture('orientation_6.jpg');
const chance = (share) => Math.random() < share;

// What was acknowledged: id → hash, and the ids whose deletion was acknowledged.
class Ledger {
  photos = new Map();
  doubtful = new Set(); // a deletion was asked for and the answer never came: either is right
  deleted = new Set();

  note(id, hash) {
    this.photos.set(id, hash);
  }
  someId() {
    const ids = [...this.photos.keys()];
    return ids[Math.floor(Math.random() * ids.length)];
  }
  someHeldImage = null;
}

async function deleteOne(server, ledger) {
  const id = ledger.someId();
  if (!id) return;
  ledger.photos.delete(id);
  ledger.doubtful.add(id);
  const answer = await server.request(`/api/v1/images/photos/${id}/`, { method: 'DELETE' });
  assert.equal(answer.status, 204, await answer.text());
  ledger.doubtful.delete(id);
  ledger.deleted.add(id);
}

function nextImage(ledger) {
  // The same bytes again become a second name of one file.
  if (ledger.someHeldImage && chance(0.1)) return ledger.someHeldImage;
  ledger.someHeldImage = uniqueJpeg(chance(0.15) ? large : small, Math.floor(Math.random() * 50_000));
  return ledger.someHeldImage;
}

async function workUntilDead(server, job, ledger) {
  for (;;) {
    try {
      if (chance(0.08)) {
        await deleteOne(server, ledger);
        continue;
      }
      const image = nextImage(ledger);
      const path = chance(0.3) ? `/job/${job}/add_image` : '/api/v1/images/photos/upload/';
      const answer = await server.upload(path, image);
      if (answer.status === 429 || answer.status === 503) continue;
      assert.ok(answer.status === 200 || answer.status === 201, JSON.stringify(answer));
      ledger.note(answer.body.id, sha256(image));
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return;
    }
  }
}

async function assertKept(server, kept) {
  for (const [id, hash] of kept) assert.equal(await server.originalHash(id), hash, `photo ${id}`);
}

async function assertAllKept(server, ledger, data) {
  assert.equal(await server.untilProcessed(120_000), 0, 'photos stay unprocessed');
  const listed = new Map((await server.photos()).map((photo) => [photo.id, photo]));
  for (const [id, hash] of ledger.photos) assert.equal(listed.get(id)?.sha256, hash, `photo ${id}`);
  for (const id of ledger.deleted) assert.ok(!listed.has(id), `deleted photo ${id} is back`);
  for (const photo of listed.values()) {
    assert.equal(photo.processing_status, 'COMPLETED', `${photo.id}: ${photo.error}`);
  }
  assert.deepEqual(filesBelow(join(data, 'incoming')), []);
  return listed.size;
}

const median = (values) => values.slice().sort((a, b) => a - b)[Math.floor(values.length / 2)];

test(`${rounds} kills under ${parallel} parallel uploads lose nothing`, { timeout: 3_600_000 }, async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'sightglass-kill-'));
  t.after(() => process.env.KEEP_DATA || rmSync(data, { recursive: true, force: true }));
  campaign.addAdministrator(data);
  const ledger = new Ledger();
  const starts = [];
  let kept = new Map();
  let job;
  let interrupted = 0;
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    const server = await new Server(data).start();
    starts.push(server.startMilliseconds);
    assert.deepEqual(filesBelow(join(data, 'incoming')), [], `incoming/ after kill ${round}`);
    job ??= (await server.post('/api/v1/jobs', { title: 'Endurance' })).id;
    await assertKept(server, kept);
    const before = new Set(ledger.photos.keys());
    const senders = Array.from({ length: parallel }, () => workUntilDead(server, job, ledger));
    await campaign.pause(20 + Math.random() * 1_200);
    assert.deepEqual(await server.kill(), [], 'processes outlived the kill');
    await Promise.all(senders);
    kept = new Map([...ledger.photos].filter(([id]) => !before.has(id)));
    interrupted += filesBelow(join(data, 'incoming')).length;
    const seconds = (performance.now() - begun) / 1000;
    if (seconds > 3) t.diagnostic(`round ${round} took ${seconds.toFixed(1)} s`);
    if (round % 20 === 19) {
      await (await new Server(data).start()).stop();
      assert.deepEqual(check(data).findings, [], `after round ${round}`);
      t.diagnostic(`${round + 1} kills, ${ledger.photos.size} photos acknowledged and whole`);
    }
  }
  const server = await new Server(data).start();
  await assertKept(server, ledger.photos);
  const listed = await assertAllKept(server, ledger, data);
  await server.stop();
  const report = check(data, '--deep');
  assert.deepEqual(report.findings, []);
  assert.ok(ledger.photos.size > rounds, 'the campaign hardly uploaded anything');
  assert.ok(median(starts) <= startLimit, `start to healthy took ${median(starts)} ms at the median`);
  t.diagnostic(`${rounds} kills left ${interrupted} files in incoming/ to settle; ${ledger.photos.size} acknowledged`);
  t.diagnostic(`photos all whole, ${ledger.deleted.size} deleted all gone, ${listed} listed, all COMPLETED`);
  t.diagnostic(`check --deep clean over ${report.files} files`);
  t.diagnostic(`start to healthy: median ${median(starts).toFixed(0)} ms, most ${Math.max(...starts).toFixed(0)} ms`);
});
