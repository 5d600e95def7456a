// Pulls the plug: kill -9 of the whole process group at random moments under parallel uploads.
// ROUNDS (200) kills; every acknowledged photo must be there with its exact bytes, and `check` must be clean.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { addAdministrator, check, filesBelow, readBasePicture, Server, sha256, uniqueJpeg } from './support/campaign.mjs';

const rounds = Number(process.env.ROUNDS ?? 200);
const parallel = 20;

async function uploadUntilDead(server, job, base, acknowledged) {
  for (;;) {
    const image = uniqueJpeg(base, Math.floor(Math.random() * 50_000));
    const isJobPhoto = Math.random() < 0.3;
    let answer;
    try {
      answer = await server.upload(isJobPhoto ? `/job/${job}/add_image` : '/api/v1/images/photos/upload/', image);
    } catch {
      return;
    }
    if (answer.status === 429 || answer.status === 503) continue;
    assert.ok(answer.status === 200 || answer.status === 201, JSON.stringify(answer));
    acknowledged.set(answer.body.id, sha256(image));
  }
}

test(`${rounds} kills under ${parallel} parallel uploads lose nothing`, { timeout: 3_600_000 }, async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'sightglass-kill-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  addAdministrator(data);
  const base = readBasePicture();
  const all = new Map();
  let job;
  for (let round = 0; round < rounds; round += 1) {
    const server = new Server(data, 19_000 + (round % 500));
    await server.start();
    job ??= (
      await server.json('/api/v1/jobs', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title: 'Endurance' }),
      })
    ).id;
    const acknowledged = new Map();
    const senders = Array.from({ length: parallel }, () => uploadUntilDead(server, job, base, acknowledged));
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 1_200));
    await server.kill();
    await Promise.all(senders);

    const again = new Server(data, 19_500 + (round % 500));
    await again.start();
    for (const [id, hash] of acknowledged) assert.equal(await again.originalHash(id), hash, `photo ${id}`);
    await again.stop();
    for (const [id, hash] of acknowledged) all.set(id, hash);
    if (round % 20 === 19) {
      const report = check(data);
      assert.deepEqual(report.findings, [], `after round ${round}`);
      t.diagnostic(`${round + 1} kills, ${all.size} photos acknowledged and whole`);
    }
  }
  const report = check(data, '--deep');
  assert.deepEqual(report.findings, []);
  assert.deepEqual(filesBelow(join(data, 'incoming')), []);
  assert.ok(all.size > rounds, 'the campaign hardly uploaded anything');
  t.diagnostic(`${rounds} kills, ${all.size} acknowledged photos, all whole; check --deep clean over ${report.files} files`);
});
