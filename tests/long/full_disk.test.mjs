// Fills a small tmpfs under parallel uploads: refusals are clear, what was acknowledged stays whole, and room made
// again is used again. Needs the right to mount; says so and skips without it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { addAdministrator, check, readBasePicture, Server, sha256, uniqueJpeg } from './support/campaign.mjs';

function mountSmall(size) {
  const folder = mkdtempSync(join(tmpdir(), 'sightglass-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  return folder;
}

async function uploadUntilRefused(server, base, acknowledged, refusals) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const image = uniqueJpeg(base, 50_000);
    const answer = await server.upload('/api/v1/images/photos/upload/', image);
    if (answer.status === 201) {
      acknowledged.set(answer.body.id, sha256(image));
      continue;
    }
    if (answer.status === 429 && answer.body.error.message.includes('busy')) continue;
    refusals.push(answer);
    return;
  }
}

for (const floor of ['0', '8388608']) {
  test(`a full disk with ${floor} bytes kept free loses nothing`, { timeout: 600_000 }, async (t) => {
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
    const base = readBasePicture();
    const acknowledged = new Map();
    const refusals = [];
    let server = new Server(data);
    await server.start();
    await Promise.all(Array.from({ length: 20 }, () => uploadUntilRefused(server, base, acknowledged, refusals)));
    assert.ok(refusals.length > 0, 'the disk never filled up');
    for (const refusal of refusals) assert.ok([429, 503, 507].includes(refusal.status), JSON.stringify(refusal));
    for (const [id, hash] of acknowledged) assert.equal(await server.originalHash(id), hash);
    await server.kill();

    server = new Server(data);
    execFileSync('mount', ['-o', 'remount,size=160m', data]);
    await server.start();
    for (const [id, hash] of acknowledged) assert.equal(await server.originalHash(id), hash);
    const again = await server.upload('/api/v1/images/photos/upload/', uniqueJpeg(base));
    assert.equal(again.status, 201, JSON.stringify(again));
    await server.stop();
    const report = check(data, '--deep');
    assert.deepEqual(report.findings, []);
    t.diagnostic(`${acknowledged.size} acknowledged and whole, ${refusals.length} refused with ${refusals[0].status}`);
  });
}
