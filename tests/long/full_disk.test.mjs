// Fills a small tmpfs under parallel uploads: refusals are clear, reading goes on, what was acknowledged stays whole,
// nothing is left lying about, and room made again is used again without a restart.
// Needs the right to mount; says so and skips without it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import * as campaign from './support/campaign.mjs';

const { addAdministrator, check, filesBelow, Server, sha256, uniqueJpeg } = campaign;
const uploads = '/api/v1/images/photos/upload/';
const large = campaign.readBasePicture();
const small = campaign.fixture('plain.jpg');

function mountSmall(size) {
  const folder = mkdtempSync(join(tmpdir(), 'sightglass-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  return folder;
}

const freeBytes = (folder) => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

// Writes a file beside the pictures until `left` bytes are free.
function fill(data, left) {
  const file = openSync(join(data, 'ballast'), 'a');
  try {
    while (freeBytes(data) > left) writeSync(file, Buffer.alloc(Math.min(1 << 20, freeBytes(data) - left)));
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error;
  }
  closeSync(file);
}

async function uploadUntilRefused(server, base, acknowledged, refusals) {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const image = uniqueJpeg(base, 20_000);
    const answer = await server.upload(uploads, image);
    if (answer.status === 201) {
      acknowledged.set(answer.body.id, sha256(image));
      continue;
    }
    // All places taken: come again.
    if (answer.status === 429 && !/room|full/i.test(answer.body.error.message)) {
      await campaign.pause(20);
      continue;
    }
    refusals.push(answer);
    return;
  }
}

function assertClear({ status, headers, body }) {
  // 429 only while others' uploads need the room that is left.
  assert.ok([429, 507].includes(status), JSON.stringify(body));
  assert.match(body.error.message, /room|full/i);
  assert.match(body.error.message, /nothing.* kept/i);
  if (status !== 507) assert.ok(headers['retry-after'], 'no Retry-After');
}

async function assertReads(server, acknowledged) {
  for (const [id, hash] of acknowledged) assert.equal(await server.originalHash(id), hash);
  const [id] = acknowledged.keys();
  assert.equal((await server.photos()).length >= acknowledged.size, true);
  assert.equal((await server.json(`/api/v1/images/photos/${id}/`)).id, id);
  assert.equal((await server.request(`/api/v1/images/photos/${id}/thumbnail`)).status, 200);
  assert.ok([200, 503].includes((await fetch(`${server.origin}/health`)).status));
}

// What changes a row either happens or says clearly that it did not.
async function assertChangesAnswer(server, id) {
  const answer = await server.request(`/api/v1/images/photos/${id}/`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ description: 'x'.repeat(4000) }),
  });
  const text = await answer.text();
  assert.ok([200, 507].includes(answer.status), `${answer.status} ${text}`);
  if (answer.status !== 200) assert.match(text, /full|room/i);
}

async function uploadsAgain(server, acknowledged) {
  const image = uniqueJpeg(small);
  const answer = await server.upload(uploads, image);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  acknowledged.set(answer.body.id, sha256(image));
}

// A refused upload's temporary may take a moment to go.
async function incomingAtRest(data) {
  for (let turn = 0; turn < 40 && filesBelow(join(data, 'incoming')).length > 0; turn += 1) await campaign.pause(50);
  return filesBelow(join(data, 'incoming'));
}

for (const floor of [0, 8 << 20]) {
  for (const [kind, base] of Object.entries({ large, small })) {
    test(`a disk filled with ${kind} pictures, ${floor} bytes kept free, loses nothing`, { timeout: 600_000 }, async (t) => {
      const data = mountSmall('96m');
      if (!data) {
        t.skip('mounting a tmpfs is not permitted here');
        return;
      }
      t.after(() => {
        execFileSync('umount', ['-l', data]);
        rmSync(data, { recursive: true, force: true });
      });
      addAdministrator(data);
      writeFileSync(join(data, 'sightglass.toml'), `[storage]\nmin_free_bytes = ${floor}\n`);
      const acknowledged = new Map();
      const refusals = [];
      const server = await new Server(data).start();
      t.after(() => server.process.exitCode === null && server.kill());
      await uploadsAgain(server, acknowledged);
      if (base === small) fill(data, floor + (4 << 20));
      await Promise.all(Array.from({ length: 20 }, () => uploadUntilRefused(server, base, acknowledged, refusals)));
      assert.equal(refusals.length, 20, 'the disk never filled up');
      for (const refusal of refusals) assertClear(refusal);
      assert.deepEqual(await incomingAtRest(data), []);
      await assertReads(server, acknowledged);

      fill(data, 0);
      await assertReads(server, acknowledged);
      const [first, second] = acknowledged.keys();
      await assertChangesAnswer(server, first);
      assertClear(await server.upload(uploads, uniqueJpeg(small)));
      assert.deepEqual(await incomingAtRest(data), []);
      const deletion = await server.request(`/api/v1/images/photos/${second}/`, { method: 'DELETE' });
      const deletionText = await deletion.text();
      assert.ok([204, 507].includes(deletion.status), `${deletion.status} ${deletionText}`);
      if (deletion.status === 507) assert.match(deletionText, /Make room/);
      if (deletion.status === 204) acknowledged.delete(second);

      // Room again, and the same server takes pictures again, analyses what waited, and starts again later.
      rmSync(join(data, 'ballast'), { force: true });
      execFileSync('mount', ['-o', 'remount,size=160m', data]);
      await uploadsAgain(server, acknowledged);
      await assertReads(server, acknowledged);
      assert.equal(await server.untilProcessed(90_000), 0, 'photos stay unprocessed');
      await server.stop();
      assert.deepEqual(filesBelow(join(data, 'incoming')), []);
      // A change made on the full disk is in the database; its copy in the sidecar is mended later.
      for (const finding of check(data, '--deep').findings) assert.equal(finding.code, 'sidecar_stale', finding.message);
      campaign.command(data, 'check', '--repair', '--grace-minutes', '0');
      assert.deepEqual(check(data, '--deep').findings, []);
      const statuses = [...new Set(refusals.map(({ status, body }) => `${status} ${body.error.message}`))];
      t.diagnostic(`${acknowledged.size} acknowledged and whole; refused with: ${statuses.join(' | ')}`);
      t.diagnostic(`deletion on the full disk: ${deletion.status}`);
    });
  }
}

// With no room at all from the start, the server says so or serves what is there; it never breaks the data.
test('a server starts on a full disk and still shows its pictures', { timeout: 120_000 }, async (t) => {
  const data = mountSmall('48m');
  if (!data) {
    t.skip('mounting a tmpfs is not permitted here');
    return;
  }
  t.after(() => {
    execFileSync('umount', ['-l', data]);
    rmSync(data, { recursive: true, force: true });
  });
  addAdministrator(data);
  const acknowledged = new Map();
  const before = await new Server(data, '--set', 'storage.min_free_bytes=0').start();
  await uploadsAgain(before, acknowledged);
  assert.equal(await before.untilProcessed(30_000), 0);
  await before.stop();
  fill(data, 0);
  let server;
  try {
    server = await new Server(data).start();
  } catch (error) {
    t.diagnostic(`not started: ${error.message}`);
    rmSync(join(data, 'ballast'));
    server = await new Server(data, '--set', 'storage.min_free_bytes=0').start();
  }
  await assertReads(server, acknowledged);
  await server.stop();
  rmSync(join(data, 'ballast'), { force: true });
  assert.deepEqual(check(data, '--deep').findings, []);
});
