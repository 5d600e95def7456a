import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { draw, lists, newPhoto, nowhere, photos } from './support/findings.mjs';
import { listen } from './support/live.mjs';
import { startServer } from './support/server.mjs';

let server;
let reviewer;
let operator;
let tina;
let viewer;
before(async () => {
  server = await startServer();
  reviewer = await server.as('reviewer', 'rita');
  operator = await server.as('operator', 'olga');
  tina = await server.as('technician', 'tina');
  viewer = await server.as('viewer', 'vic');
});
after(() => server?.stop());

const box = { x: 10, y: 20, width: 30, height: 40 };
const anomaly = { kind: 'anomaly', class: 'scratch', severity: 'high', box };

test('what a person draws is listed with its place, and shown with and without the trailing slash', async () => {
  const photo = await newPhoto(reviewer);
  const drawn = await draw(reviewer, photo.id, anomaly);
  assert.deepEqual(drawn.box, box);
  const { width, height } = (await reviewer.get(`${photos}/${photo.id}`)).body;
  assert.ok(Math.abs(drawn.relative.x - 10 / width) < 1e-9 && Math.abs(drawn.relative.height - 40 / height) < 1e-9);
  assert.equal(drawn.review_state, 'confirmed');
  assert.equal(drawn.by_person, true);
  assert.equal(drawn.decided_by, 'rita');
  for (const slash of ['', '/']) {
    const list = await viewer.get(`${lists.anomaly}${slash}?photo=${photo.id}`);
    assert.deepEqual(list.body.results.map((one) => one.id), [drawn.id]);
    const detail = await viewer.get(`${lists.anomaly}/${drawn.id}${slash}`);
    assert.equal(detail.status, 200);
    assert.equal(detail.body.type, 'scratch');
    assert.equal(detail.body.heat_map_url, null);
  }
  assert.equal((await viewer.get(`${photos}/${photo.id}/findings`)).body.results.length, 1);
  assertRefused(await viewer.get(`${lists.damage}/${drawn.id}`), 404);
  assertRefused(await viewer.get(`${lists.anomaly}/${nowhere}`), 404);
  assertRefused(await viewer.get(`${lists.anomaly}/x`), 404);
  assertRefused(await viewer.get(`${lists.anomaly}/${drawn.id}/heat-map`), 404);
});

test('boxes are of the photo before a person turned it, and are cut to it', async () => {
  const photo = await newPhoto(reviewer);
  const { width, height } = (await reviewer.get(`${photos}/${photo.id}`)).body;
  assert.notEqual(width, height);
  assert.equal((await reviewer.patch(`${photos}/${photo.id}`, { rotation: 90 })).status, 200);
  const whole = await draw(reviewer, photo.id, { ...anomaly, box: { x: -5, y: -5, width: 1e5, height: 1e5 } });
  assert.deepEqual(whole.box, { x: 0, y: 0, width, height });
  assert.deepEqual(whole.relative, { x: 0, y: 0, width: 1, height: 1 });
  const outside = { ...anomaly, box: { x: width, y: 0, width: 10, height: 10 } };
  assertRefused(await reviewer.post(`${photos}/${photo.id}/findings`, outside), 422, 'box');
});

test('lists pass filters and go on where a page ended, in each order', async () => {
  const job = await operator.newJob({ title: 'Walls' });
  const photo = await newPhoto(reviewer, { job_id: String(job.id) });
  const drawn = [];
  for (const name of ['one', 'two', 'three', 'four', 'five'])
    drawn.push((await draw(reviewer, photo.id, { kind: 'damage', class: name, severity: 'low' })).id);
  const all = `${lists.damage}?photo=${photo.id}`;
  for (const sort of ['newest', 'oldest', 'confidence', 'uncertain']) {
    const found = [];
    let next = '';
    do {
      const page = await reviewer.get(`${all}&limit=2&sort=${sort}${next && `&cursor=${next}`}`);
      assert.equal(page.status, 200, JSON.stringify(page.body));
      found.push(...page.body.results.map((one) => one.id));
      next = page.body.next;
    } while (next);
    const wanted = sort === 'oldest' || sort === 'uncertain' ? drawn : [...drawn].reverse();
    assert.deepEqual(found, wanted, sort);
  }
  const count = async (query) => (await reviewer.get(`${all}&${query}`)).body.results.length;
  assert.equal(await count('class=two'), 1);
  assert.equal(await count(`job=${job.id}`), 5);
  assert.equal(await count(`job=${job.id + 1}`), 0);
  assert.equal(await count(`asset=${nowhere}`), 0);
  assert.equal(await count(`location=${nowhere}`), 0);
  assert.equal(await count('state=open'), 0);
  assert.equal(await count('state=confirmed'), 5);
  assert.equal(await count('model=x'), 0);
  assert.equal(await count('least_confidence=0.5'), 5);
  assert.equal(await count('from=2020-01-01&to=2020-01-02'), 0);
  const cursor = (await reviewer.get(`${all}&limit=2`)).body.next;
  for (const [query, field] of [
    ['state=odd', 'state'],
    ['sort=odd', 'sort'],
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['least_confidence=1.5', 'least_confidence'],
    ['least_confidence=nan', 'least_confidence'],
    ['photo=x', 'photo'],
    ['meter=x', 'meter'],
    ['cursor=x', 'cursor'],
    [`sort=oldest&cursor=${cursor}`, 'cursor'],
    ['from=yesterday', 'from'],
    ['odd=1', 'odd'],
  ])
    assertRefused(await reviewer.get(`${lists.damage}?${query}`), 422, field);
});

test('what lies in the trash is not listed', async () => {
  const photo = await newPhoto(operator);
  await draw(operator, photo.id, anomaly);
  await operator.post(`${photos}/${photo.id}/trash`);
  assert.equal((await operator.get(`${lists.anomaly}?photo=${photo.id}`)).body.results.length, 0);
  await operator.post(`${photos}/${photo.id}/restore`);
  assert.equal((await operator.get(`${lists.anomaly}?photo=${photo.id}`)).body.results.length, 1);
});

test('an anomaly is confirmed and rejected, and the photo’s verdict follows', async () => {
  const photo = await newPhoto(reviewer);
  const { id } = await draw(reviewer, photo.id, anomaly);
  const detail = async () => (await reviewer.get(`${photos}/${photo.id}`)).body;
  const verdict = async () => (await detail()).verdict;
  assert.equal(await verdict(), 'NG');
  assert.equal((await detail()).verdict_by, 'findings');
  const rejected = await reviewer.post(`${lists.anomaly}/${id}/confirm/`, { confirmed: false, notes: 'dust' });
  assert.equal(rejected.status, 200);
  assert.equal(rejected.body.review_state, 'rejected');
  assert.equal(rejected.body.notes, 'dust');
  assert.equal(await verdict(), null);
  assert.equal((await detail()).verdict_by, null);
  assert.equal((await reviewer.post(`${lists.anomaly}/${id}/confirm`, { confirmed: true })).body.review_state, 'confirmed');
  assert.equal(await verdict(), 'NG');
  await reviewer.patch(`${photos}/${photo.id}`, { verdict: 'fine' });
  await reviewer.post(`${lists.anomaly}/${id}/confirm`, { confirmed: false });
  assert.equal(await verdict(), 'fine', 'a person’s verdict stays');
  assert.equal((await detail()).verdict_by, 'person');
  const { body } = await reviewer.get(`${photos}/${photo.id}/history`);
  const actions = body.results.map((entry) => entry.action);
  assert.deepEqual(actions.filter((action) => action.startsWith('finding.')).slice(0, 2), ['finding.reject', 'finding.confirm']);
});

test('who saw an older revision is told so', async () => {
  const photo = await newPhoto(reviewer);
  const { id, revision } = await draw(reviewer, photo.id, anomaly);
  const path = `${lists.anomaly}/${id}`;
  const etag = (await reviewer.get(path)).headers.get('etag');
  assert.equal(etag, `"${revision}"`);
  assert.equal((await reviewer.post(`${path}/confirm`, { confirmed: false }, { 'If-Match': etag })).status, 200);
  assertRefused(await reviewer.post(`${path}/confirm`, { confirmed: true }, { 'If-Match': etag }), 409, 'revision');
  assertRefused(await reviewer.post(`${path}/confirm`, { confirmed: true }, { 'If-Match': 'x' }), 422, 'If-Match');
  assertRefused(await reviewer.patch(`/api/v1/findings/${id}`, { class: 'dent', revision: 1 }), 409, 'revision');
  assertRefused(await reviewer.delete(`/api/v1/findings/${id}`, { 'If-Match': etag }), 409, 'revision');
});

test('bad words about a finding are refused by name and change nothing', async () => {
  const photo = await newPhoto(reviewer);
  const { id } = await draw(reviewer, photo.id, anomaly);
  const confirm = `${lists.anomaly}/${id}/confirm`;
  assertRefused(await reviewer.post(confirm, {}), 422, 'confirmed');
  assertRefused(await reviewer.post(confirm, { confirmed: 'yes' }), 422, 'confirmed');
  assertRefused(await reviewer.post(confirm, { confirmed: true, odd: 1 }), 422, 'odd');
  assertRefused(await reviewer.post(confirm, '{'), 400);
  const made = `${photos}/${photo.id}/findings`;
  for (const [fields, field] of [
    [{ ...anomaly, kind: 'odd' }, 'kind'],
    [{ class: 'x' }, 'kind'],
    [{ kind: 'anomaly' }, 'class'],
    [{ ...anomaly, severity: 'odd' }, 'severity'],
    [{ ...anomaly, box: { x: 1 } }, 'box'],
    [{ ...anomaly, box: { ...box, odd: 1 } }, 'box'],
    [{ ...anomaly, box: { ...box, width: 0 } }, 'box'],
    [{ ...anomaly, box: { ...box, width: -3 } }, 'box'],
    [{ ...anomaly, box: [1, 2, 3, 4] }, 'box'],
    [{ ...anomaly, value: 3 }, 'value'],
    [{ ...anomaly, count: 3 }, 'count'],
    [{ ...anomaly, meter_id: nowhere }, 'meter_id'],
    [{ kind: 'spotting', class: 'fox', count: -1 }, 'count'],
    [{ kind: 'reading' }, 'value'],
    [{ kind: 'reading', value: 1, meter_id: nowhere }, 'meter_id'],
  ])
    assertRefused(await reviewer.post(made, fields), 422, field);
  assert.equal((await reviewer.get(made)).body.results.length, 1);
  assertRefused(await reviewer.post(`${photos}/${nowhere}/findings`, anomaly), 404);
});

test('a drawing is moved, named anew and removed', async () => {
  const photo = await newPhoto(reviewer);
  const { id } = await draw(reviewer, photo.id, anomaly);
  const path = `/api/v1/findings/${id}`;
  const moved = await reviewer.patch(path, { box: { x: 1, y: 1, width: 2, height: 2 } });
  assert.deepEqual(moved.body.box, { x: 1, y: 1, width: 2, height: 2 });
  const named = await reviewer.patch(`${path}/`, { class: 'dent', severity: 'critical' });
  assert.deepEqual([named.body.type, named.body.severity, named.body.revision], ['dent', 'critical', 3]);
  assert.equal((await reviewer.delete(path)).status, 204);
  assertRefused(await reviewer.delete(path), 404);
  assertRefused(await reviewer.get(`${lists.anomaly}/${id}`), 404);
});

test('a reading is validated, corrected and said to be none', async () => {
  const photo = await newPhoto(reviewer);
  const { id } = await draw(reviewer, photo.id, { kind: 'reading', value: 12.5 });
  const validate = (fields) => reviewer.post(`${lists.reading}/${id}/validate/`, fields);
  assert.equal((await validate({ is_valid: true })).body.review_state, 'confirmed');
  const corrected = await validate({ is_valid: false, corrected_value: 13.25, notes: 'blurred' });
  assert.deepEqual(
    [corrected.body.review_state, corrected.body.value, corrected.body.value_text, corrected.body.notes],
    ['corrected', 13.25, '13.25', 'blurred'],
  );
  assert.equal((await validate({ is_valid: false })).body.review_state, 'rejected');
  assertRefused(await validate({ is_valid: true, corrected_value: 1 }), 422, 'corrected_value');
  assertRefused(await validate({ corrected_value: 1 }), 422, 'is_valid');
});

test('damage is resolved with a word on it', async () => {
  const photo = await newPhoto(reviewer);
  const { id } = await draw(reviewer, photo.id, { kind: 'damage', class: 'rust', severity: 'medium' });
  const resolved = await reviewer.post(`${lists.damage}/${id}/resolve/`, { resolution_notes: 'painted' });
  assert.deepEqual([resolved.body.state, resolved.body.notes], ['resolved', 'painted']);
  assert.equal((await reviewer.post(`${lists.damage}/${id}/resolve`)).status, 200);
});

test('a spotting is confirmed as it is, or as what it is', async () => {
  const location = (await operator.post('/locations', { name: 'Wood', latitude: 50.5, longitude: 7.25 })).body;
  const photo = await newPhoto(reviewer, { location_id: location.id });
  const { id } = await draw(reviewer, photo.id, { kind: 'spotting', class: 'dog', count: 1, box });
  const say = (fields) => reviewer.post(`${lists.spotting}/${id}/confirm/`, fields);
  const confirmed = await say();
  assert.deepEqual([confirmed.body.review_state, confirmed.body.species, confirmed.body.count], ['confirmed', 'dog', 1]);
  assert.deepEqual(confirmed.body.location, { id: location.id, name: 'Wood', latitude: 50.5, longitude: 7.25 });
  assert.equal((await say({ species: 'dog' })).body.review_state, 'confirmed');
  const corrected = await say({ species: 'fox', count: 2 });
  assert.deepEqual([corrected.body.review_state, corrected.body.species, corrected.body.count], ['corrected', 'fox', 2]);
  const empty = await say({ is_empty: true });
  assert.deepEqual([empty.body.species, empty.body.count], ['empty', 0]);
  assertRefused(await say({ is_empty: true, count: 2 }), 422, 'is_empty');
  assert.equal((await reviewer.get(`${lists.spotting}?location=${location.id}&class=empty`)).body.results.length, 1);
});

test('technicians decide on readings of their own photos alone, viewers on nothing', async () => {
  const own = await newPhoto(tina);
  const foreign = await newPhoto(reviewer);
  const mine = await draw(tina, own.id, { kind: 'reading', value: 1 });
  const theirs = await draw(reviewer, foreign.id, { kind: 'reading', value: 1 });
  assert.equal((await tina.post(`${lists.reading}/${mine.id}/validate/`, { is_valid: true })).status, 200);
  assertRefused(await tina.get(`${lists.reading}/${theirs.id}`), 404);
  assertRefused(await tina.post(`${lists.reading}/${theirs.id}/validate/`, { is_valid: true }), 404);
  assertRefused(await tina.post(`${photos}/${own.id}/findings`, anomaly), 403);
  const damage = await draw(reviewer, own.id, { kind: 'damage', class: 'rust' });
  assert.equal((await tina.get(`${lists.damage}/${damage.id}`)).status, 200);
  assertRefused(await tina.post(`${lists.damage}/${damage.id}/resolve/`), 403);
  assertRefused(await tina.patch(`/api/v1/findings/${damage.id}`, { class: 'x' }), 403);
  assertRefused(await viewer.post(`${lists.reading}/${mine.id}/validate/`, { is_valid: true }), 403);
  assert.deepEqual((await tina.get(lists.reading)).body.results.map((one) => one.id), [mine.id]);
});

test('listeners hear of findings on photos that they see', async () => {
  const photo = await newPhoto(reviewer);
  const ears = await listen(server, { token: reviewer.token });
  const { id } = await draw(reviewer, photo.id, anomaly);
  await ears.untilTold('finding', 'created', id);
  const told = ears.changes.find((change) => change.id === id);
  assert.equal(told.photo_id, photo.id);
  await reviewer.delete(`/api/v1/findings/${id}`);
  await ears.untilTold('finding', 'deleted', id);
  ears.close();
});

test('labels are given and taken by people', async () => {
  const photo = await newPhoto(tina);
  const path = `${photos}/${photo.id}/labels`;
  assert.deepEqual((await tina.get(path)).body, { labels: [], removed: [] });
  const given = await tina.put(path, { labels: ['fox', 'wood'] });
  assert.deepEqual(given.body.labels, [
    { label: 'fox', confidence: 1, by_person: true },
    { label: 'wood', confidence: 1, by_person: true },
  ]);
  assert.equal((await reviewer.get(`${photos}?label=fox`)).body.results[0].id, photo.id);
  assert.deepEqual((await reviewer.put(`${path}/`, { labels: ['wood'] })).body.labels.length, 1);
  assert.equal((await reviewer.get(`${photos}?label=fox`)).body.results.length, 0);
  assertRefused(await tina.put(path, { labels: [''] }), 422, 'labels');
  assertRefused(await tina.put(path, { labels: 'fox' }), 422, 'labels');
  assertRefused(await viewer.put(path, { labels: [] }), 403);
  const foreign = await newPhoto(reviewer);
  assertRefused(await tina.put(`${photos}/${foreign.id}/labels`, { labels: [] }), 404);
});
