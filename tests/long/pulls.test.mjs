// A source of many pictures is drained while everything goes wrong that may: requests that fail, answers that break off, the
// remote server away, our own killed with -9. Each file is one photo in the end, with the bytes that were served.
// FILES (5,000)  KILLS (10)  RESTARTS (10)
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { distinct, fixture } from '../api/support/pictures.mjs';
import { freePort } from '../api/support/ports.mjs';
import * as campaign from './support/campaign.mjs';

const { Server, pause } = campaign;
const files = Number(process.env.FILES ?? 5000);
const kills = Number(process.env.KILLS ?? 10);
const restarts = Number(process.env.RESTARTS ?? 10);
const sources = '/api/v1/image-pull-sources';
const small = fixture('plain.jpg');
const nameOf = (i) => `IMG_${String(i).padStart(6, '0')}.JPG`;
const bytesOf = (i) => distinct(small, `number ${i}`);
const madeAt = new Date(Date.now() - 86_400_000).toUTCString();

// One request in twenty fails, half of them with a status and half in the middle of the answer.
class Remote {
  requests = 0;
  async start(port) {
    this.port = port ?? (await freePort());
    this.server = createServer((request, response) => this.#answer(request, response));
    await new Promise((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }
  #answer(request, response) {
    if (request.url === '/') {
      response.setHeader('content-type', 'text/html');
      const rows = Array.from({ length: files }, (_, i) => `<a href="${nameOf(i)}">${nameOf(i)}</a>`);
      return response.end(`<html><head><title>Index of /</title></head><body>${rows.join('\n')}</body></html>`);
    }
    this.requests += 1;
    const bytes = bytesOf(Number(/\d+/.exec(request.url)[0]));
    response.setHeader('content-length', bytes.length);
    response.setHeader('last-modified', madeAt);
    const chance = Math.random();
    if (chance < 0.025) {
      response.removeHeader('content-length');
      response.statusCode = 500;
      return response.end();
    }
    if (chance < 0.05) {
      response.write(bytes.subarray(0, bytes.length / 2));
      return setTimeout(() => response.destroy(), 5);
    }
    return response.end(bytes);
  }
  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function makeSource(server, port) {
  const { id: location } = await server.post('/api/v1/locations', { name: 'Ridge', latitude: 1, longitude: 2 });
  const settings = { until_drained: true, settle_seconds: 0, requests_per_second: 10_000, connections: 4, allow_plain_transport: true, allow_private_addresses: true };
  const { id } = await server.post(sources, { name: 'Ridge camera', location_id: location, base_url: `http://127.0.0.1:${port}/`, settings });
  return id;
}

// Not waited for: it answers when the run has ended, or after twenty seconds, or never.
async function ask(server, id) {
  await server.post(`${sources}/${id}/files/replay`, { state: 'failed' });
  server.post(`${sources}/${id}/process?max_files=100000`).catch(() => undefined);
}

test(`${files} files drained through faults, ${kills} kills and ${restarts} restarts of the remote end: each is stored once`, { timeout: 7_200_000 }, async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'sightglass-drain-'));
  t.after(() => rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  campaign.addAdministrator(data);
  const remote = new Remote();
  await remote.start();
  t.after(() => remote.stop());
  let server = await new Server(data).start();
  const id = await makeSource(server, remote.port);
  const began = performance.now();
  let killed = 0;
  let restarted = 0;
  let stored = 0;
  for (let round = 0; stored < files; round += 1) {
    const before = stored;
    await ask(server, id);
    // The moments are spread over the whole: each after some more files.
    const goal = Math.min(files, before + Math.ceil(files / (kills + restarts + 1)));
    for (let still = 0; stored < goal && still < 600; still += 1) {
      await pause(100);
      const { counts, run } = await server.json(`${sources}/${id}`);
      if (counts.stored > stored) still = 0;
      stored = counts.stored;
      if (run === null && stored < goal) await ask(server, id);
    }
    assert.ok(stored > before, `${stored} files, and no more for a minute`);
    if (stored >= files) break;
    if (killed < kills && (round % 2 === 0 || restarted >= restarts)) {
      await server.kill();
      server = await new Server(data).start();
      killed += 1;
    } else if (restarted < restarts) {
      const { port } = remote;
      await remote.stop();
      await pause(500);
      await remote.start(port);
      restarted += 1;
    }
  }
  const seconds = (performance.now() - began) / 1000;
  const photos = await server.photos('&source=pull');
  assert.equal(photos.length, files);
  const expected = new Map(Array.from({ length: files }, (_, i) => [nameOf(i), createHash('sha256').update(bytesOf(i)).digest('hex')]));
  for (const photo of photos) {
    assert.equal(photo.sha256, expected.get(photo.original_filename), photo.original_filename);
    expected.delete(photo.original_filename);
  }
  assert.equal(expected.size, 0);
  const { counts } = await server.json(`${sources}/${id}`);
  assert.deepEqual({ ...counts, failed: 0, given_up: 0 }, { seen: 0, fetched: 0, stored: files, skipped: 0, failed: 0, given_up: 0 });
  await server.stop();
  const check = campaign.command(data, 'check');
  assert.equal(check.status, 0, check.stdout);
  t.diagnostic(`${files} files in ${seconds.toFixed(0)} s (${(files / seconds).toFixed(1)}/s), ${remote.requests} requests, ${killed} kills, ${restarted} restarts`);
});
