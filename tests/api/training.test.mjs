// What models are learnt of, and asking for a training: what needs no network to be installed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { assertRefused } from './support/client.mjs';
import { draw, newPhoto, nowhere, photos } from './support/findings.mjs';
import { startServer } from './support/server.mjs';

const sets = '/api/v1/training-sets';
const runs = '/api/v1/training-runs';
let server;
let operator;
let reviewer;
let technician;
before(async () => {
  server = await startServer();
  operator = await server.as('operator', 'olga');
  reviewer = await server.as('reviewer', 'rita');
  technician = await server.as('technician', 'tina');
});
after(() => server?.stop());

let made = 0;
// A scope of its own for each test: what others uploaded is not of it.
async function newAsset(fields = {}) {
  const { status, body } = await operator.post('/api/v1/assets', { name: `Line ${(made += 1)}`, ...fields });
  assert.equal(status, 201, JSON.stringify(body));
  return { ...body, scope: { kind: 'asset', value: body.id }, query: `scope_kind=asset&scope_value=${body.id}` };
}

async function judged(asset, verdict) {
  const photo = await newPhoto(operator, { asset_id: asset.id });
  const { status, body } = await reviewer.patch(`${photos}/${photo.id}`, { verdict });
  assert.equal(status, 200, JSON.stringify(body));
  return photo.id;
}

const roleOf = async (asset, photo, task = 'anomaly') =>
  (await reviewer.get(`${sets}/photos?task=${task}&${asset.query}&limit=500`)).body.results.find((one) => one.photo_id === photo);

test('what people say of photos makes the set', async () => {
  const asset = await newAsset();
  const good = await judged(asset, 'OK');
  const bad = await judged(asset, 'NG');
  const untouched = (await newPhoto(operator, { asset_id: asset.id })).id;
  const drawnOn = (await newPhoto(operator, { asset_id: asset.id })).id;
  await draw(reviewer, drawnOn, { kind: 'anomaly', class: 'scratch' });
  assert.deepEqual([(await roleOf(asset, good)).role, (await roleOf(asset, good)).reason], ['good', 'verdict']);
  assert.deepEqual([(await roleOf(asset, bad)).role, (await roleOf(asset, bad)).reason], ['defect', 'verdict']);
  const found = await roleOf(asset, drawnOn);
  assert.deepEqual([found.role, found.reason, found.said_by], ['defect', 'finding', 'rita']);
  assert.equal(await roleOf(asset, untouched), undefined);
  const { body } = await reviewer.get(`${sets}?task=anomaly&${asset.query}`);
  assert.deepEqual([body.good.count, body.defects.count, body.left_out, body.is_enough], [1, 2, 0, false]);
  assert.match(body.why, /at least 8 good pictures/);
});

test('a mark goes before everything else, and is taken back', async () => {
  const asset = await newAsset();
  const photo = await judged(asset, 'OK');
  const say = (mark, fields = {}) =>
    reviewer.put(`${sets}/photos/${photo}`, { task: 'anomaly', scope: asset.scope, mark, ...fields });
  for (const [mark, role] of [['defect', 'defect'], ['left_out', 'left_out'], ['good', 'good']]) {
    const { status, body } = await say(mark);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual([body.role, body.mark, body.reason, body.said_by], [role, mark, 'mark', 'rita']);
  }
  const before = await say(null);
  assert.deepEqual([before.body.role, before.body.mark, before.body.reason], ['good', null, 'verdict']);
  assert.equal((await reviewer.get(`${sets}?task=anomaly`)).status, 200);
  assertRefused(await say('odd'), 422, 'mark');
  assertRefused(await say(undefined), 422, 'mark');
  assertRefused(await say('good', { task: 'odd' }), 422, 'task');
  assertRefused(await say('good', { scope: { kind: 'station', value: 'x' } }), 422, 'scope');
  assertRefused(await say('good', { scope: { kind: 'asset' } }), 422, 'scope');
  assertRefused(await say('good', { odd: 1 }), 422, 'odd');
  assertRefused(await say('defect', { task: 'damage' }), 422, 'mark');
  assertRefused(await say('good', { task: 'species' }), 422, 'mark');
  const wish = { task: 'anomaly', mark: 'good' };
  for (const id of [nowhere, 'x']) assertRefused(await reviewer.put(`${sets}/photos/${id}`, wish), 404);
  const elsewhere = await newAsset();
  assertRefused(await reviewer.put(`${sets}/photos/${photo}`, { ...wish, scope: elsewhere.scope }), 404);
  assertRefused(await technician.put(`${sets}/photos/${photo}`, wish), 403);
});

test('classes of damage are counted, with good photos as the class of nothing', async () => {
  const asset = await newAsset();
  for (const name of ['rust', 'rust', 'crack', 'unknown']) {
    const photo = await newPhoto(operator, { asset_id: asset.id });
    await draw(reviewer, photo.id, { kind: 'damage', class: name, severity: 'low', box: { x: 1, y: 2, width: 30, height: 40 } });
  }
  await judged(asset, 'OK');
  const { body } = await reviewer.get(`${sets}?task=damage&${asset.query}`);
  assert.deepEqual(body.classes.map((one) => [one.name, one.count]), [['crack', 1], ['none', 1], ['rust', 2]]);
  assert.equal(body.is_enough, false);
  assert.match(body.why, /rust has/);
  const rusty = await reviewer.get(`${sets}/photos?task=damage&${asset.query}&role=class&class=rust`);
  assert.deepEqual(rusty.body.results.map((one) => one.class), ['rust', 'rust']);
});

test('photos of a set are listed by pages, once each', async () => {
  const asset = await newAsset({ type: 'lister' });
  const wanted = [];
  for (let i = 0; i < 5; i += 1) wanted.unshift(await judged(asset, i === 2 ? 'NG' : 'OK'));
  for (const scope of [asset.query, 'scope_kind=asset_type&scope_value=lister']) {
    const found = [];
    let next = '';
    do {
      const { status, body } = await reviewer.get(`${sets}/photos?task=anomaly&${scope}&limit=2${next && `&cursor=${next}`}`);
      assert.equal(status, 200, JSON.stringify(body));
      found.push(...body.results.map((one) => one.photo_id));
      next = body.next;
    } while (next);
    assert.deepEqual(found, wanted);
  }
  const bad = await reviewer.get(`${sets}/photos?task=anomaly&${asset.query}&role=defect`);
  assert.deepEqual(bad.body.results.map((one) => one.photo_id), [wanted[2]]);
  for (const [query, field] of [
    ['', 'task'],
    ['task=odd', 'task'],
    ['task=anomaly&role=odd', 'role'],
    ['task=anomaly&cursor=x', 'cursor'],
    ['task=anomaly&limit=0', 'limit'],
    ['task=anomaly&scope_kind=odd', 'scope'],
    ['task=anomaly&scope_kind=asset&scope_value=x', 'scope'],
    [`task=anomaly&scope_kind=asset&scope_value=${nowhere}`, 'scope'],
    [`task=anomaly&scope_kind=location&scope_value=${nowhere}`, 'scope'],
    ['task=anomaly&odd=1', 'odd'],
  ])
    assertRefused(await reviewer.get(`${sets}/photos?${query}`), 422, field);
  assertRefused(await technician.get(`${sets}/photos?task=anomaly`), 403);
});

test('a training with too little to learn from is refused, saying what to add', async () => {
  const asset = await newAsset();
  await judged(asset, 'OK');
  const start = (fields) => operator.post(runs, { task: 'anomaly', scope: asset.scope, ...fields });
  const refused = await start({});
  assertRefused(refused, 422, 'scope');
  assert.match(JSON.stringify(refused.body), /at least 8 good pictures to learn from are needed/);
  assertRefused(await start({ task: 'damage' }), 422, 'scope');
  assertRefused(await start({ task: 'odd' }), 422, 'task');
  assertRefused(await start({ task: undefined }), 422, 'task');
  assertRefused(await start({ scope: { kind: 'odd', value: 'x' } }), 422, 'scope');
  assertRefused(await start({ false_reject_rate: 0 }), 422, 'false_reject_rate');
  assertRefused(await start({ false_reject_rate: 0.6 }), 422, 'false_reject_rate');
  assertRefused(await start({ promote: 'always' }), 422, 'promote');
  assertRefused(await start({ method: 'odd' }), 422, 'method');
  assertRefused(await start({ task: 'damage', method: 'compare' }), 422, 'method');
  assertRefused(await start({ odd: 1 }), 422, 'odd');
  assertRefused(await reviewer.post(runs, { task: 'anomaly', scope: asset.scope }), 403);
});

async function untilEnded(id) {
  const end = Date.now() + 60_000;
  let run = (await reviewer.get(`${runs}/${id}`)).body;
  while (!run.finished_at && Date.now() < end) {
    await pause(100);
    run = (await reviewer.get(`${runs}/${id}`)).body;
  }
  return run;
}

test('a training without a network to look with fails and says why', async () => {
  const asset = await newAsset();
  for (let i = 0; i < 20; i += 1) await judged(asset, 'OK');
  assert.equal((await reviewer.get(`${sets}?task=anomaly&${asset.query}`)).body.is_enough, true);
  const wish = { task: 'anomaly', scope: asset.scope, false_reject_rate: 0.1, promote: 'if_better' };
  const { status, body } = await operator.post(runs, wish);
  assert.equal(status, 202, JSON.stringify(body));
  assert.deepEqual([body.task, body.scope, body.false_reject_rate, body.promote], ['anomaly', asset.scope, 0.1, 'if_better']);
  const run = await untilEnded(body.id);
  assert.equal(run.state, 'failed', JSON.stringify(run));
  assert.match(run.error, /model/);
  assert.equal(run.model_id, null);
  // On which side a photo stands was fixed by the run.
  const fixed = (await reviewer.get(`${sets}/photos?task=anomaly&${asset.query}&limit=100`)).body.results;
  const again = (await reviewer.get(`${sets}/photos?task=anomaly&${asset.query}&limit=100`)).body.results;
  assert.deepEqual(fixed, again);
  assert.equal(fixed.filter((one) => one.held_out).length, run.counts.good.held_out);
  const listed = await reviewer.get(`${runs}?task=anomaly&scope_kind=asset&scope_value=${asset.id}`);
  assert.deepEqual(listed.body.results.map((one) => one.id), [run.id]);
});

test('a few good pictures are enough to compare with', async () => {
  const asset = await newAsset();
  for (let i = 0; i < 4; i += 1) await judged(asset, 'OK');
  const wish = { task: 'anomaly', scope: asset.scope };
  assertRefused(await operator.post(runs, wish), 422, 'scope');
  const { status, body } = await operator.post(runs, { ...wish, method: 'compare' });
  assert.equal(status, 202, JSON.stringify(body));
  assert.equal(body.method, 'compare');
  assert.equal((await untilEnded(body.id)).method, 'compare');
});

test('runs that are not there are not found, and odd questions refused', async () => {
  for (const id of [nowhere, 'x']) assertRefused(await reviewer.get(`${runs}/${id}`), 404);
  assertRefused(await reviewer.get(`${runs}?scope_value=x`), 422, 'scope_value');
  assertRefused(await reviewer.get(`${runs}?cursor=x`), 422, 'cursor');
  assertRefused(await reviewer.get(`${runs}?odd=1`), 422, 'odd');
  assertRefused(await technician.get(runs), 403);
  for (const id of [nowhere, 'x']) assertRefused(await operator.post(`/api/v1/models/${id}/evaluate`), 404);
  assertRefused(await reviewer.post(`/api/v1/models/${nowhere}/evaluate`), 403);
});
