// Parts on a line: what is lost on the way, and the plug pulled at any moment of the cycle.
// TRIGGERS (10,000) with one in a hundred lost or cut on the way; ROUNDS (100) kills.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import * as campaign from './support/campaign.mjs';
import { assertWhole, fire, inspections, makeStation, storeId, untilArmed, untilEnded } from './support/station.mjs';

const { Server } = campaign;
const triggers = Number(process.env.TRIGGERS ?? 10_000);
const rounds = Number(process.env.ROUNDS ?? 100);

function newData(t) {
  const data = mkdtempSync(join(tmpdir(), 'sightglass-line-'));
  t.after(() => process.env.KEEP_DATA || rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  campaign.addAdministrator(data);
  return data;
}

test(`${triggers} triggers with faults: each is in the journal, none has another's id`, { timeout: 7_200_000 }, async (t) => {
  const data = newData(t);
  const server = await new Server(data).start();
  const station = await makeStation(server, { address: 'scene:belt?size=320x240&seed=5&lost=0.005&incomplete=0.005' });
  await untilArmed(server, station);
  await fire(server, station); // its number is where counting begins
  for (let part = 1; part <= triggers; part += 1) {
    await storeId(server, `part-${part}`);
    await fire(server, station);
  }
  // Until one comes whole, so that what was lost last shows.
  let last = [];
  for (let more = 0; last.length < triggers + 2; more += 1) {
    assert.ok(more < 20, `${last.length} of ${triggers + 1} triggers are in the journal`);
    await fire(server, station);
    last = await untilEnded(server, station, 1, 600_000);
  }
  const rows = last;
  const begin = (await server.json(`/api/v1/triggers/${rows[0].id}`)).frame_number;
  const byState = {};
  for (let part = 1; part <= triggers; part += 1) {
    const row = rows[part];
    byState[row.state] = (byState[row.state] ?? 0) + 1;
    assert.equal(row.image_id, `part-${part}`, `trigger ${part}`);
    if (part % 97 === 0) assert.equal((await server.json(`/api/v1/triggers/${row.id}`)).frame_number, begin + part);
  }
  assert.ok(byState.lost > 0 && byState.lost < triggers / 20, `${byState.lost} lost`);
  assert.equal(byState.filed + byState.lost, triggers);
  const today = (await server.json(`/api/v1/stations/${station}`)).today;
  await server.stop();
  const found = inspections(data).filter(({ results }) => results.image_id !== null);
  assert.equal(found.length, byState.filed);
  for (const one of found) assertWhole(data, one);
  t.diagnostic(`${triggers} triggers: ${JSON.stringify(byState)}, today ${JSON.stringify(today)}; all under their own ids`);
});

test(`${rounds} kills in the cycle of a trigger: each inspection is whole at one place, each id right or waiting`, { timeout: 7_200_000 }, async (t) => {
  const data = newData(t);
  const stored = []; // in the order of entering, with the kill that followed
  let station;
  let returned = 0;
  for (let round = 0; round < rounds; round += 1) {
    const server = await new Server(data).start();
    station ??= await makeStation(server, { address: 'scene:belt?size=640x480&seed=3' });
    await untilArmed(server, station);
    await untilEnded(server, station, 0);
    const waiting = (await server.json(`/api/v1/stations/${station}/ids`)).results.map(({ image_id }) => image_id);
    returned += waiting.length;
    const working = (async () => {
      try {
        // What waits again is the part that lies there still.
        for (const _ of waiting) await fire(server, station);
        for (;;) {
          const id = `part-${stored.length}`;
          stored.push(id);
          await storeId(server, id);
          await fire(server, station);
        }
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
      }
    })();
    await campaign.pause(5 + Math.random() * 700);
    assert.deepEqual(await server.kill(), [], 'processes outlived the kill');
    await working;
  }
  const server = await new Server(data).start();
  await untilArmed(server, station);
  const rows = await untilEnded(server, station, 1);
  const waiting = (await server.json(`/api/v1/stations/${station}/ids`)).results.map(({ image_id }) => image_id);
  await server.stop();
  const found = inspections(data);
  for (const one of found) assertWhole(data, one);
  // One row of the journal, one place.
  const filed = rows.filter(({ state }) => state === 'filed');
  assert.equal(found.length, filed.length);
  assert.deepEqual(new Set(found.map(({ results }) => results.id)), new Set(filed.map(({ id }) => id)));
  const ids = filed.map(({ image_id }) => image_id).filter((id) => id !== null);
  assert.equal(new Set(ids).size, ids.length, 'an id was given to two parts');
  for (const id of waiting) assert.ok(!ids.includes(id), `${id} waits and was given to a part`);
  // In the order of entering: none overtook another.
  const numbers = ids.map((id) => stored.indexOf(id));
  assert.ok(numbers.every((number) => number >= 0));
  assert.deepEqual(numbers, numbers.slice().sort((a, b) => a - b));
  const building = join(data, 'inspections', '.building');
  assert.deepEqual(existsSync(building) ? readdirSync(building) : [], []);
  assert.deepEqual(readdirSync(join(data, 'stations', 'spill')), []);
  const states = rows.reduce((sum, { state }) => ({ ...sum, [state]: (sum[state] ?? 0) + 1 }), {});
  assert.ok(filed.length > rounds, 'the campaign hardly triggered anything');
  t.diagnostic(`${rounds} kills, ${stored.length} ids, ${JSON.stringify(states)}, ${returned} ids waited again, ${waiting.length} wait now`);
});
