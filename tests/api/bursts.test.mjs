// Photos that one camera took in one go: as they arrive, as they are reviewed, as they are exported. The photos are of
// two elephants of Snapshot Serengeti, which say themselves that a second lies between them.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { assertRefused } from './support/client.mjs';
import { draw, lists, newPhoto, photos } from './support/findings.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { patience, shared, startServer } from './support/server.mjs';

const pictures = join(shared, 'data/camera_traps/serengeti');
const skip = existsSync(pictures) ? false : `NO PHOTOS at ${pictures}: set SIGHTGLASS_SHARED`;
const decisions = '/api/v1/review/decisions';
const elephant = (name, note) => distinct(readFileSync(join(pictures, `S1_D04_R6_PICT00${name}.JPG`)), note);

let server;
let rita;
let place;
before(async () => {
  if (skip) return;
  server = await startServer({}, { models: true });
  rita = await server.as('reviewer', 'rita');
  const olga = await server.as('operator', 'olga');
  place = (await olga.post('/api/v1/locations', { name: 'Waterhole', latitude: -2.4, longitude: 34.8 })).body.id;
});
after(() => server?.stop());

async function analysed(photo) {
  const end = Date.now() + 60_000 * patience;
  for (;;) {
    const { body } = await rita.get(`${photos}/${photo.id}`);
    if (body.processing_status === 'COMPLETED') return body;
    assert.ok(Date.now() < end && body.processing_status !== 'FAILED', JSON.stringify(body));
    await pause(50);
  }
}
async function send(bytes, taken_at) {
  const photo = await rita.newPhoto(bytes, { location_id: place });
  await analysed(photo);
  if (taken_at) assert.equal((await rita.patch(`${photos}/${photo.id}`, { taken_at })).status, 200);
  return photo;
}
const spottingsOf = async (photo) => (await rita.get(`${lists.spotting}?photo=${photo.id}`)).body.results;
const only = async (photo) => {
  const found = await spottingsOf(photo);
  assert.equal(found.length, 1, JSON.stringify(found));
  return found[0];
};

test('photos of one burst are judged, reviewed and exported together', { skip }, async () => {
  const second = await send(elephant(22, 'second'));
  const alone = await only(second);
  assert.equal(alone.burst, null);
  const first = await send(elephant(21, 'first'));
  const empty = await send(distinct(fixture('plain.jpg'), 'empty'), '2010-08-19T18:25:30Z');
  const later = await send(elephant(21, 'later'), '2010-08-19T19:00:00Z');
  const [one, two] = [await only(first), await only(second)];
  assert.match(one.burst, /^[0-9a-f]{32}$/);
  assert.equal(two.burst, one.burst);
  assert.ok(two.confidence > alone.confidence, 'its neighbour bears it out');
  assert.equal(two.details.alone, alone.confidence);
  assert.equal((await only(later)).burst, null);
  assert.deepEqual(await spottingsOf(empty), []);
  const listed = (await rita.get(`${lists.spotting}?burst=${one.burst}`)).body.results;
  assert.deepEqual(listed.map((found) => found.photo_id).sort(), [first.id, second.id].sort());

  const { items } = (await rita.get('/api/v1/review/next?kind=spotting&burst=true')).body;
  const item = items.find((waiting) => waiting.finding.burst === one.burst);
  assert.equal(items.filter((waiting) => waiting.finding.burst === one.burst).length, 1, 'one item for the visit');
  assert.deepEqual(item.burst.map((found) => found.id).sort(), [one.id, two.id].sort());
  assert.deepEqual(item.visit.map((photo) => photo.photo_id), [first.id, second.id, empty.id], 'as they were taken');
  assert.deepEqual(item.visit.map((photo) => photo.confidence), [one.confidence, two.confidence, null]);
  assert.equal((await rita.get(item.visit[2].thumbnail_url)).status, 200);
  assert.deepEqual(items.find((waiting) => waiting.finding.photo_id === later.id).visit, []);

  const wish = { finding_id: item.finding.id, action: 'correct', class: 'Loxodonta africana', burst: true, client_id: 'visit' };
  const decided = (await rita.post(decisions, { decisions: [wish] })).body.results[0];
  const other = item.finding.id === one.id ? two.id : one.id;
  assert.deepEqual(decided.followed, [other]);
  for (const photo of [first, second]) {
    const found = await only(photo);
    assert.deepEqual([found.species, found.review_state, found.decided_by], ['Loxodonta africana', 'corrected', 'rita']);
  }
  assert.equal((await only(later)).review_state, 'open');
  const again = (await rita.post(decisions, { decisions: [wish] })).body.results[0];
  assert.deepEqual([again.repeated, again.followed], [true, []]);

  const csv = await rita.get('/api/v1/images/exports/annotations?format=csv');
  assert.ok(csv.bytes.toString().includes(one.burst));

  const own = (await rita.get(decisions)).body.results;
  assert.equal(own.length, 1, 'one decision to take back');
  const undone = await rita.post('/api/v1/review/undo', { decision_id: decided.decision_id });
  assert.deepEqual([undone.status, undone.body.followed], [200, 1]);
  for (const photo of [first, second]) assert.equal((await only(photo)).review_state, 'open');

  await rita.patch(`${photos}/${first.id}`, { taken_at: '2010-08-19T12:00:00Z' });
  const parted = await only(second);
  assert.notEqual(parted.burst, one.burst);
  assert.ok(parted.confidence < two.confidence);
});

test('what is no spotting has no burst', { skip }, async () => {
  const photo = await newPhoto(rita);
  const rust = await draw(rita, photo.id, { kind: 'damage', class: 'rust' });
  const results = await rita.post(decisions, { decisions: [{ finding_id: rust.id, action: 'reject', burst: true }] });
  assert.deepEqual([results.body.results[0].error.code, results.body.results[0].error.field], ['invalid_input', 'burst']);
  assertRefused(await rita.post(decisions, { decisions: [{ finding_id: rust.id, action: 'reject', burst: 'yes' }] }), 422, 'burst');
});
