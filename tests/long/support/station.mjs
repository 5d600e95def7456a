// A station with a simulated camera, for campaigns and benchmarks: ids go in, triggers go off, the journal comes out.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export async function makeStation(server, { address, trigger = { source: 'software' }, recipe = {} }) {
  const camera = await server.post('/api/v1/cameras', { name: 'line camera', driver: 'simulated', address });
  const station = await server.post('/api/v1/stations', { name: 'Press 3', camera_id: camera.id, trigger, recipe });
  return station.id;
}

export async function untilArmed(server, station) {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const { status } = await server.json(`/api/v1/stations/${station}`);
    if (status.armed) return;
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
  throw new Error('the station is not armed');
}

export const storeId = (server, id) => server.post('/api/ml/store-image-id/', { image_id: id });

export async function fire(server, station) {
  const answer = await server.request(`/api/v1/stations/${station}/trigger`, { method: 'POST' });
  assert.equal(answer.status, 202, await answer.text());
}

// The whole journal, the first trigger first.
export async function journal(server, station) {
  const all = [];
  for (let cursor = ''; cursor !== null; ) {
    const page = await server.json(`/api/v1/stations/${station}/triggers?limit=200${cursor && `&cursor=${cursor}`}`);
    all.push(...page.results);
    cursor = page.next;
  }
  return all.reverse();
}

// Every trigger so far is at an end, and there are `count` of them at least. The journal is long: it is read once.
export async function untilEnded(server, station, count, milliseconds = 120_000) {
  const has = async (state) => (await server.json(`/api/v1/stations/${station}/triggers?state=${state}&limit=1`)).results.length > 0;
  for (const end = Date.now() + milliseconds; ; ) {
    const isUnderWay = (await has('received')) || (await has('judged')) || (await has('built'));
    if (!isUnderWay) {
      const rows = await journal(server, station);
      if (rows.length >= count) return rows;
    }
    if (Date.now() > end) throw new Error(`after ${milliseconds} ms triggers are unfinished`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

// Every folder below a data directory that holds the results of an inspection, with them.
export function inspections(data) {
  const found = [];
  const look = (folder) => {
    if (!existsSync(join(data, folder))) return;
    for (const entry of readdirSync(join(data, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) look(path);
      else if (entry.name === 'results.json') found.push({ folder, results: JSON.parse(readFileSync(join(data, path), 'utf8')) });
    }
  };
  look('inspections');
  look('triggered_inspections');
  return found;
}

// Its original and its annotated picture are there, and begin and end as JPEGs do.
export function assertWhole(data, { folder, results }) {
  for (const file of [results.files.original, results.files.annotated]) {
    const bytes = readFileSync(join(data, folder, file));
    assert.ok(bytes.length > 1000 && bytes.readUInt16BE(0) === 0xffd8 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9, `${folder}/${file}`);
  }
  // The picture itself says which trigger it is of.
  const original = readFileSync(join(data, folder, results.files.original)).toString('latin1');
  assert.ok(original.includes(results.id), `${folder}: another trigger's picture`);
}
