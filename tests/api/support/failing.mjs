// Photos that fail in a real worker: their files are taken away, or spoilt, before it takes them up.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { patience } from './server.mjs';

const deadline = 60_000 * patience; // milliseconds

function filesOf(server, photo) {
  const folder = join(server.data, photo.job_id ? 'images' : 'photos');
  const stem = photo.filename.replace(/\.\w+$/, '');
  const all = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  return all.filter((name) => name.includes(stem) && statSync(name).isFile() && !name.endsWith('.json'));
}

// Of all its files, or of the original alone, so that the photo can still be looked at. Returns what puts the original
// back.
export function loseFiles(server, photo, { keepsDerived = false } = {}) {
  const files = filesOf(server, photo);
  assert.ok(files.length > 1, `no files of ${photo.filename}`);
  const original = files.find((name) => name.includes('originals'));
  const bytes = readFileSync(original);
  for (const name of files) if (!keepsDerived || name === original) rmSync(name);
  return () => writeFileSync(original, bytes);
}

// The original is no picture any more.
export function spoilFiles(server, photo, { keepsDerived = false } = {}) {
  for (const name of filesOf(server, photo)) {
    if (name.includes('originals')) writeFileSync(name, 'no picture');
    else if (!keepsDerived) rmSync(name);
  }
}

// Asks until `isSo(body)`.
export async function untilSo(client, address, isSo) {
  const end = Date.now() + deadline;
  for (;;) {
    const { body } = await client.get(address);
    if (isSo(body)) return body;
    assert.ok(Date.now() < end, `${address} is still ${JSON.stringify(body).slice(0, 2000)}`);
    await pause(100);
  }
}

// With workers, or without any: the same data, the same port.
export async function restart(server, workers) {
  await server.stop({ keepsData: true });
  server.settings = { ...server.settings, 'workers.count': workers };
  await server.start();
}
