import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

const list = '/api/v1/images/photos';

let server;
let tina;
let tom;
let olga;
let ids;
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
  tom = await server.as('technician', 'tom');
  olga = await server.as('operator', 'olga');
  ids = [];
  for (let day = 1; day <= 6; day += 1) {
    const fields = { description: `Boiler ${day}`, tags: day % 2 ? 'odd' : 'even,boiler room' };
    ids.push((await tina.newPhoto(fixture(`orientation_${day}.jpg`), fields)).id);
  }
});
after(() => server?.stop());

const found = async (query, who = tina) => {
  const { status, body } = await who.get(`${list}?${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body.results.map((photo) => photo.id).sort();
};
const bulk = (body, who = tina) => who.post(`${list}/bulk`, body);

test('segments lead to exactly the photos of the listing', async () => {
  for (const filter of ['', 'tag=odd', 'sort=taken_at', 'sort=uploaded_at&q=boil', 'tag=none']) {
    const { status, body } = await tina.get(`${list}/segments?${filter}&offset_minutes=60`);
    assert.equal(status, 200, JSON.stringify(body));
    const walked = [];
    for (const { count, cursor } of body.segments) {
      const page = await tina.get(`${list}?${filter}&limit=${count}${cursor ? `&cursor=${cursor}` : ''}`);
      walked.push(...page.body.results.map((photo) => photo.id));
    }
    const whole = (await tina.get(`${list}?${filter}&limit=500`)).body.results.map((photo) => photo.id);
    assert.deepEqual(walked, whole, filter);
    assert.equal(body.total, whole.length);
  }
  const { body } = await tina.get(`${list}/segments`);
  assert.ok(body.segments.every(({ ratio, count }) => ratio >= count / 2 && ratio <= count * 3));
});

test('segments show only what may be seen, and refuse what they do not know', async () => {
  assert.equal((await tom.get(`${list}/segments`)).body.total, 0);
  assertRefused(await tina.get(`${list}/segments?offset_minutes=900`), 422, 'offset_minutes');
  assertRefused(await tina.get(`${list}/segments?cursor=x`), 422, 'cursor');
  assertRefused(await tina.get(`${list}/segments?limit=3`), 422, 'limit');
});

test('suggestions tell what a filter can be set to', async () => {
  const suggest = async (query, who = tina) => (await who.get(`${list}/suggestions?${query}`)).body.results;
  assert.deepEqual(await suggest('key=tag&prefix=ROOM'), [{ value: 'boiler room', text: 'boiler room', count: 3 }]);
  assert.equal((await suggest('key=tag')).length, 3);
  assert.equal((await suggest('key=tag&limit=1')).length, 1);
  assert.deepEqual(await suggest('key=tag', tom), [], 'tags of photos that may not be seen');
  assert.deepEqual((await suggest('key=uploader&prefix=ti')).map((one) => one.value), ['tina']);
  assert.deepEqual((await found('uploader=tina')).length, 6);
  assert.deepEqual(await found('uploader=nobody'), []);
  for (const { value } of await suggest('key=camera')) assert.ok((await found(`camera=${encodeURIComponent(value)}`)).length);
  assertRefused(await tina.get(`${list}/suggestions`), 422, 'key');
  assertRefused(await tina.get(`${list}/suggestions?key=secret`), 422, 'key');
});

test('the trash hides photos until they are restored', async () => {
  const [id] = ids;
  assert.equal((await tina.post(`${list}/${id}/trash`)).status, 204);
  assert.equal((await tina.post(`${list}/${id}/trash`)).status, 204, 'twice is no mistake');
  assert.ok(!(await found('')).includes(id));
  assert.deepEqual(await found('trashed=true'), [id]);
  assert.ok((await tina.get(`${list}/${id}`)).body.trashed_at);
  assert.equal((await tina.get(`${list}/segments?trashed=true`)).body.total, 1);
  assert.equal((await tom.post(`${list}/${id}/restore`)).status, 404);
  assert.equal((await tina.post(`${list}/${id}/restore`)).status, 204);
  assert.equal((await tina.get(`${list}/${id}`)).body.trashed_at, null);
  assert.equal((await found('')).length, 6);
});

test('many photos are tagged, assigned, thrown away and restored in one call', async () => {
  let answer = await bulk({ photos: ids.slice(0, 3), add_tags: ['checked', ' checked '] });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.deepEqual(answer.body, { changed: 3, photos: ids.slice(0, 3), refused: [], next: null });
  assert.deepEqual(await found('tag=checked'), ids.slice(0, 3).sort());
  answer = await bulk({ filter: { tag: 'checked' }, except: [ids[0]], remove_tags: ['checked'] });
  assert.equal(answer.body.changed, 2);
  assert.deepEqual(await found('tag=checked'), [ids[0]]);
  const { body: asset } = await olga.post('/api/v1/assets', { name: 'Pump', code: 'P-1' });
  answer = await bulk({ photos: ids, assign: { asset_id: 'P-1' } });
  assert.equal(answer.body.changed, 6);
  assert.equal((await found(`asset=${asset.id}`)).length, 6);
  assert.equal((await bulk({ photos: ids, assign: { asset_id: null } })).body.changed, 6);
  answer = await bulk({ filter: { q: 'boil' }, trash: true });
  assert.equal(answer.body.changed, 6);
  assert.deepEqual(await found(''), []);
  answer = await bulk({ filter: { trashed: true, sort: 'taken_at' }, restore: true });
  assert.equal(answer.body.changed, 6);
  answer = await bulk({ photos: ids, reprocess: true });
  assert.equal(answer.status, 200);
});

test('a bulk changes what may be changed and names the rest', async () => {
  const job = await olga.newJob();
  const { id: foreign } = await olga.newPhoto(distinct(fixture('plain.jpg'), 'olga'), { job_id: String(job.id) });
  const answer = await bulk({ photos: [ids[1], foreign, '0190163d-8694-739b-aea5-966c26f8ad90'], add_tags: ['mine'] });
  assert.deepEqual(answer.body.photos, [ids[1]]);
  assert.equal(answer.body.refused.length, 2);
  assert.equal(answer.body.refused[0].id, foreign);
  assert.match(answer.body.refused[0].problem, /reviewers/);
  assert.deepEqual((await tina.get(`${list}/${foreign}`)).body.tags, []);
});

test('a bulk that says too little, too much or something unknown changes nothing', async () => {
  const [photo] = ids;
  for (const [body, field] of [
    [{ trash: true }, 'photos'],
    [{ photos: [photo], filter: {}, trash: true }, 'photos'],
    [{ photos: [], filter: {}, trash: true }, 'photos'],
    [{ filter: null, trash: true }, 'photos'],
    [{ photos: [photo] }, 'action'],
    [{ photos: [photo], trash: true, restore: true }, 'action'],
    [{ photos: [photo], trash: false }, 'trash'],
    [{ photos: ['x'], trash: true }, 'photos'],
    [{ photos: [photo], add_tags: [] }, 'add_tags'],
    [{ photos: [photo], assign: {} }, 'assign'],
    [{ photos: [photo], assign: { job_id: 1, asset_id: null } }, 'assign'],
    [{ photos: [photo], assign: { job_id: 4711 } }, 'job_id'],
    [{ filter: { colour: 'red' }, trash: true }, 'colour'],
    [{ filter: { tag: ['a'] }, trash: true }, 'filter'],
    [{ filter: {}, cursor: 'x', trash: true }, 'cursor'],
    [{ photos: Array(1001).fill(photo), trash: true }, 'photos'],
  ]) {
    assertRefused(await bulk(body), 422, field);
  }
  assert.equal((await tina.get(`${list}/${photo}`)).body.trashed_at, null);
  assertRefused(await bulk({ photos: [photo], trash: true }, await server.as('viewer', 'vera')), 403);
});

test('saved searches belong to who saved them', async () => {
  const searches = '/api/v1/searches';
  const { status, body } = await tina.post(searches, { name: 'Odd ones', query: 'tag=odd&sort=taken_at' });
  assert.equal(status, 201, JSON.stringify(body));
  assert.deepEqual((await tina.get(searches)).body.results, [body]);
  assert.deepEqual((await tom.get(searches)).body.results, []);
  assertRefused(await tina.post(searches, { name: 'Odd ones', query: 'tag=even' }), 409, 'name');
  assertRefused(await tina.post(searches, { name: 'Bad', query: 'colour=red' }), 422, 'query');
  assertRefused(await tom.delete(`${searches}/${body.id}`), 404);
  assert.equal((await tina.delete(`${searches}/${body.id}`)).status, 204);
  assert.deepEqual((await tina.get(searches)).body.results, []);
});
