import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

const list = '/api/v1/images/photos/';

let server;
let tina;
const words = ['north', 'east', 'south', 'west', 'upper', 'lower', 'inner', 'outer'];
const ids = []; // oldest taken first
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
  for (let day = 1; day <= 8; day += 1) {
    const fields = { description: `Boiler ${words[day - 1]}`, tags: day % 2 ? 'odd' : 'even,boiler room' };
    ids.push((await tina.newPhoto(fixture(`orientation_${day}.jpg`), fields)).id);
  }
});
after(() => server?.stop());

const found = async (query) => (await tina.get(`${list}?${query}`)).body.results.map((photo) => photo.id);

async function walk(query) {
  const seen = [];
  let cursor = null;
  do {
    const { status, body } = await tina.get(`${list}?${query}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    assert.equal(status, 200, JSON.stringify(body));
    seen.push(...body.results.map((photo) => photo.id));
    cursor = body.next;
  } while (cursor);
  return seen;
}

test('each order walks through all photos without gap or repeat', async () => {
  const backwards = [...ids].reverse();
  for (const limit of [1, 3, 8, 500]) {
    assert.deepEqual(await walk(`limit=${limit}`), backwards, 'newest taken is the default');
    assert.deepEqual(await walk(`limit=${limit}&sort=taken_at`), ids);
    assert.deepEqual(await walk(`limit=${limit}&sort=-taken_at`), backwards);
    assert.deepEqual(await walk(`limit=${limit}&sort=uploaded_at`), ids);
    assert.deepEqual(await walk(`limit=${limit}&sort=-uploaded_at`), backwards);
  }
});

test('a page does not shift when photos arrive while it is read', async () => {
  const { body } = await tina.get(`${list}?limit=4`);
  const { id } = await tina.newPhoto(distinct(fixture('plain.jpg'), 'late'));
  const rest = await walk(`limit=4&cursor=${encodeURIComponent(body.next)}`.replace(/^/, ''));
  assert.deepEqual(rest, [...ids].reverse().slice(4));
  assert.equal((await tina.delete(list + id)).status, 204);
});

test('tags, words and times filter', async () => {
  assert.deepEqual((await found('tag=odd')).length, 4);
  assert.deepEqual((await found('tag=boiler%20room')).length, 4);
  assert.deepEqual(await found('tag=boiler'), []);
  assert.deepEqual((await found('q=boil')).length, 8);
  assert.deepEqual(await found('q=boiler%20south'), [ids[2]]);
  assert.deepEqual(await found('q=nothing'), []);
  const from = encodeURIComponent('2024-03-03T10:20:30+02:00');
  const to = encodeURIComponent('2024-03-05T10:20:30+02:00');
  assert.deepEqual(await found(`sort=taken_at&taken_from=${from}&taken_to=${to}`), [ids[2], ids[3]]);
  assert.deepEqual(await found('sort=taken_at&taken_to=2024-03-02'), [ids[0]]);
});

test('words that mean something to a search engine are only words', async () => {
  for (const q of ['"', '*', 'a OR b', 'NEAR(', "'; DROP TABLE photos; --", '-', '()', 'description:x', '%', '🦊']) {
    assert.equal((await tina.get(`${list}?q=${encodeURIComponent(q)}`)).status, 200, q);
  }
});

test('positions, kinds, sources, states and verdicts filter', async () => {
  assert.equal((await found('bbox=11,48,12,49')).length, 8);
  assert.deepEqual(await found('bbox=-12,48,-11,49'), []);
  assert.equal((await found('kind=field')).length, 8);
  assert.deepEqual(await found('kind=job'), []);
  assert.equal((await found('source=upload')).length, 8);
  assert.deepEqual(await found('source=camera'), []);
  assert.deepEqual(await found('verdict=NG'), []);
  assertRefused(await tina.patch(list + ids[0], { verdict: 'NG' }), 403);
  const reviewer = await server.as('reviewer');
  assert.equal((await reviewer.patch(list + ids[0], { verdict: 'NG' })).status, 200);
  assert.deepEqual(await found('verdict=NG'), [ids[0]]);
  assert.deepEqual(await found('label=no-such-label'), []);
  assert.deepEqual(await found('status=FAILED'), []);
});

test('filters that make no sense are refused by parameter', async () => {
  const bad = {
    limit: ['0', '-1', '501', 'x', '1e2', '99999999999999999999'],
    sort: ['sideways', 'taken_at;'],
    status: ['pending', 'LOST'],
    source: ['mars'],
    kind: ['x'],
    job: ['x', '0', '-1'],
    location: ['x'],
    taken_from: ['yesterday', '2024-13-01', '2024-02-30', '99999-01-01'],
    bbox: ['1,2,3', 'a,b,c,d', '0,10,0,-10', '0,0,999,1', 'nan,0,1,1'],
    colour: ['red'],
  };
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) assertRefused(await tina.get(`${list}?${name}=${encodeURIComponent(value)}`), 422, name);
  }
});

test('cursors from nowhere or from another order are refused', async () => {
  const { body } = await tina.get(`${list}?limit=1`);
  const altered = (body.next[0] === 'A' ? 'B' : 'A') + body.next.slice(1);
  for (const cursor of ['nowhere', 'AAAA', '', ' ', '../..', altered, body.next.slice(0, -3), body.next + body.next]) {
    const answer = await tina.get(`${list}?limit=1&cursor=${encodeURIComponent(cursor)}`);
    if (cursor === '') assert.equal(answer.status, 200);
    else assertRefused(answer, 422, 'cursor');
  }
  assertRefused(await tina.get(`${list}?sort=taken_at&cursor=${encodeURIComponent(body.next)}`), 422, 'cursor');
});
