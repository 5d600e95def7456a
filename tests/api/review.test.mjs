import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { draw, lists, newPhoto, nowhere, photos } from './support/findings.mjs';
import { startServer } from './support/server.mjs';

const decisions = '/api/v1/review/decisions';
const undo = '/api/v1/review/undo';
let server;
let rita;
let ron;
let tina;
before(async () => {
  server = await startServer();
  rita = await server.as('reviewer', 'rita');
  ron = await server.as('reviewer', 'ron');
  tina = await server.as('technician', 'tina');
});
after(() => server?.stop());

const damage = { kind: 'damage', class: 'rust', severity: 'low' };
async function newDamage(client = rita) {
  const photo = await newPhoto(client);
  return draw(rita, photo.id, damage);
}
async function decide(client, ...wishes) {
  const { status, body } = await client.post(`${decisions}/`, { decisions: wishes });
  assert.equal(status, 200, JSON.stringify(body));
  return body.results;
}
const stateOf = async (id) => (await rita.get(`${lists.damage}/${id}`)).body?.state;

test('many findings are decided at once, each answered by itself', async () => {
  const one = await newDamage();
  const two = await newDamage();
  const three = await newDamage();
  const results = await decide(
    rita,
    { finding_id: one.id, action: 'reject', client_id: 'many-1', seconds: 1.5 },
    { finding_id: nowhere, action: 'confirm', client_id: 'many-2' },
    { finding_id: two.id, action: 'correct', client_id: 'many-3' },
    { finding_id: two.id, action: 'confirm', revision: 9, client_id: 'many-4' },
    { finding_id: three.id, action: 'correct', class: 'paint', severity: 'high', notes: 'flaking' },
  );
  assert.deepEqual(results.map((result) => result.error?.code ?? result.finding.state), [
    'rejected',
    'not_found',
    'invalid_input',
    'conflict',
    'corrected',
  ]);
  assert.equal(results[2].error.field, 'action');
  assert.equal(results[3].error.field, 'revision');
  assert.deepEqual(results.map((result) => result.client_id), ['many-1', 'many-2', 'many-3', 'many-4', null]);
  assert.equal(await stateOf(one.id), 'rejected');
  assert.equal(await stateOf(two.id), 'confirmed');
  const corrected = (await rita.get(`${lists.damage}/${three.id}`)).body;
  assert.deepEqual([corrected.class, corrected.severity, corrected.notes], ['paint', 'high', 'flaking']);
});

test('a decision sent again under its client_id does nothing more', async () => {
  const { id } = await newDamage();
  const wish = { finding_id: id, action: 'resolve', client_id: 'again' };
  const [first] = await decide(rita, wish);
  const [again] = await decide(rita, wish);
  assert.equal(first.repeated, false);
  assert.equal(again.repeated, true);
  assert.equal(again.decision_id, first.decision_id);
  assert.equal(again.finding.revision, first.finding.revision);
  const [other] = await decide(ron, wish);
  assert.equal(other.repeated, false, 'client_ids are of one person');
});

test('people take back their own decisions while nobody decided since', async () => {
  const { id } = await newDamage();
  const [first] = await decide(rita, { finding_id: id, action: 'reject', notes: 'shadow' });
  assertRefused(await ron.post(undo, { decision_id: first.decision_id }), 404);
  const undone = await rita.post(`${undo}/`, { decision_id: first.decision_id });
  assert.equal(undone.status, 200, JSON.stringify(undone.body));
  assert.deepEqual([undone.body.finding.state, undone.body.finding.notes], ['confirmed', '']);
  assertRefused(await rita.post(undo, { decision_id: first.decision_id }), 409);
  assertRefused(await rita.post(undo, { decision_id: undone.body.decision_id }), 409);
  const [second] = await decide(rita, { finding_id: id, action: 'reject' });
  await decide(ron, { finding_id: id, action: 'confirm' });
  assertRefused(await rita.post(undo, { decision_id: second.decision_id }), 409);
  assert.equal(await stateOf(id), 'confirmed');
  assertRefused(await rita.post(undo, { decision_id: nowhere }), 404);
  assertRefused(await rita.post(undo, {}), 422, 'decision_id');
});

test('queues and items name what waits, which drawings do not', async () => {
  await newDamage();
  const { body } = await rita.get('/api/v1/review/queues/');
  assert.deepEqual(body.queues.map((queue) => queue.kind), ['anomaly', 'reading', 'damage', 'spotting']);
  for (const queue of body.queues) assert.deepEqual([queue.open, queue.more, queue.oldest], [0, false, null]);
  assert.equal(body.queues[2].median_seconds, 1.5);
  const items = await rita.get('/api/v1/review/next/?kind=damage');
  assert.deepEqual(items.body, { items: [], next: null });
  assertRefused(await rita.get('/api/v1/review/next'), 422, 'kind');
  assertRefused(await rita.get('/api/v1/review/next?kind=damage&state=rejected'), 422, 'state');
  assertRefused(await rita.get('/api/v1/review/next?kind=damage&after=x'), 422, 'after');
  assertRefused(await rita.get('/api/v1/review/next?kind=damage&burst=odd'), 422, 'burst');
});

test('badly formed lists of decisions are refused whole', async () => {
  const { id } = await newDamage();
  const good = { finding_id: id, action: 'reject' };
  for (const [value, field] of [
    [{}, 'decisions'],
    [{ decisions: [] }, 'decisions'],
    [{ decisions: {} }, 'decisions'],
    [{ decisions: [1] }, 'decisions'],
    [{ decisions: Array.from({ length: 101 }, () => good) }, 'decisions'],
    [{ decisions: [good, { action: 'reject' }] }, 'finding_id'],
    [{ decisions: [good, { ...good, action: 'odd' }] }, 'action'],
    [{ decisions: [good, { finding_id: id }] }, 'action'],
    [{ decisions: [good, { ...good, seconds: -1 }] }, 'seconds'],
    [{ decisions: [good, { ...good, odd: 1 }] }, 'odd'],
  ])
    assertRefused(await rita.post(decisions, value), 422, field);
  assert.equal(await stateOf(id), 'confirmed');
});

test('technicians decide on readings of photos they uploaded and on nothing else', async () => {
  const own = await newPhoto(tina);
  const reading = await draw(tina, own.id, { kind: 'reading', value: 7 });
  const rust = await draw(rita, own.id, damage);
  const foreign = await newDamage();
  const results = await decide(
    tina,
    { finding_id: reading.id, action: 'correct', value: 8 },
    { finding_id: rust.id, action: 'reject' },
    { finding_id: foreign.id, action: 'reject' },
  );
  assert.deepEqual(results.map((result) => result.error?.code ?? result.finding.value), [8, 'permission_denied', 'not_found']);
  assert.equal((await tina.post(undo, { decision_id: results[0].decision_id })).body.finding.value, 7);
});

test('a drawing taken back is gone, a removed one comes again', async () => {
  const photo = await newPhoto(rita);
  const drawn = await draw(rita, photo.id, damage);
  await rita.delete(`/api/v1/findings/${drawn.id}`);
  const own = (await rita.get(decisions)).body.results;
  assert.deepEqual(own.slice(0, 2).map((one) => [one.action, one.finding_id, one.undone]), [
    ['remove', drawn.id, false],
    ['draw', drawn.id, false],
  ]);
  const back = await rita.post(undo, { decision_id: own[0].id });
  assert.equal(back.body.finding.id, drawn.id);
  assert.equal(await stateOf(drawn.id), 'confirmed');
  const gone = await rita.post(undo, { decision_id: own[1].id });
  assert.equal(gone.body.finding, null);
  assertRefused(await rita.get(`${lists.damage}/${drawn.id}`), 404);
  const told = (await ron.get(`${decisions}?photo=${photo.id}`)).body.results;
  assert.deepEqual(told.map((one) => [one.name, one.action, one.undone]), [
    ['rita', 'undo', false],
    ['rita', 'undo', false],
    ['rita', 'remove', true],
    ['rita', 'draw', true],
  ]);
  assertRefused(await tina.get(`${decisions}?photo=${photo.id}`), 404);
});
