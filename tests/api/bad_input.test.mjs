// What every list and every JSON body must refuse, walked over the whole OpenAPI document.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';
import { leavesNothing } from './support/traces.mjs';

let server;
let administrator;
let lists;
let bodies;
const ids = { '/api/v1/queues': 'batch' }; // of one existing row, by the start of the paths that name it

before(async () => {
  server = await startServer();
  administrator = await server.as('administrator');
  ids['/api/v1/jobs'] = (await administrator.newJob()).id;
  ids['/api/v1/images/photos'] = (await administrator.newPhoto(fixture('plain.jpg'))).id;
  ids['/api/v1/locations'] = (await administrator.post('/api/v1/locations', { name: 'Cellar' })).body.id;
  ids['/locations'] = ids['/api/v1/locations'];
  ids['/api/v1/assets'] = (await administrator.post('/api/v1/assets', { code: 'PUMP-1', name: 'Pump' })).body.id;
  const meter = { asset_id: ids['/api/v1/assets'], name: 'Heat', kind: 'display' };
  ids['/api/v1/meters'] = (await administrator.post('/api/v1/meters', meter)).body.id;
  ids['/api/v1/users'] = (await administrator.get('/api/v1/users')).body.results[0].id;
  ids['/api/v1/schedules'] = (await administrator.get('/api/v1/schedules')).body.results[0].id;
  const source = { name: 'Meadow', location_id: ids['/locations'], base_url: 'https://192.0.2.1/cards/' };
  ids['/image-pull-sources'] = (await administrator.post('/image-pull-sources', source)).body.id;
  ids['/api/v1/image-pull-sources'] = ids['/image-pull-sources'];
  await administrator.newPhoto(distinct(fixture('plain.jpg'), 'second'));
  const { operations } = server.conformance;
  lists = operations.filter(({ operation }) => operation.parameters?.some((one) => nameOf(one) === 'limit'));
  // What answers errors as plain text has tests of its own: image_ids.test.mjs.
  bodies = operations.filter(({ operation }) => operation.requestBody?.content['application/json'] && operation.operationId !== 'storeImageId');
});
after(() => server?.stop());

const nameOf = (parameter) => parameter.name ?? parameter.$ref.split('/').pop().toLowerCase();

// What stands in for a choice that a body must make: a schema says of each member only that it may be missing. `wrong` is
// what this test puts where objects are expected as well, whose members are refused by their own names.
const choices = { changePhotos: ['photos', 'action', 'wrong'], preparePhotoArchive: ['photos', 'wrong'], createCamera: ['wrong'], updateCamera: ['wrong'], updateStation: ['trigger.wrong', 'recipe.wrong'] };
Object.assign(choices, { updateSource: ['settings.wrong'], testSource: ['base_url'], replaySourceFiles: ['ids'] });
for (const name of ['updateSource', 'testSource', 'replaySourceFiles']) choices[`${name}Short`] = choices[name];

// A body may be refused for a field that is missing before it is for one that is wrong.
function assertRefusedFor(answer, field, one) {
  assertRefused(answer, 422);
  const missing = [...(schemaOf(one).required ?? []), ...(choices[one.operation.operationId] ?? [])];
  assert.ok([field, ...missing].includes(answer.body.error.details.field), `${field}: ${JSON.stringify(answer.body)}`);
}

// With the parameters that the list cannot do without.
function addressOf(list, parameter) {
  const needed = list.operation.parameters.filter((one) => one.required && one.in === 'query');
  return `${pathOf(list)}?${[...needed.map((one) => `${one.name}=${resolved(one.schema).enum[0]}`), parameter].join('&')}`;
}
const resolved = (schema) => (schema.$ref ? server.conformance.document.components.schemas[schema.$ref.split('/').pop()] : schema);
const inPages = () => lists.filter(({ operation }) => operation.parameters.some((one) => nameOf(one) === 'cursor'));

const schemaOf = ({ operation }) => {
  const { schema } = operation.requestBody.content['application/json'];
  return server.conformance.document.components.schemas[schema.$ref.split('/').pop()];
};

function pathOf({ path }) {
  const start = Object.keys(ids).find((one) => path.startsWith(`${one}/{`));
  return path.replace(/\{[^}]+\}/g, start ? String(ids[start]) : '018f0000-0000-7000-8000-000000000000');
}

test('there are lists and bodies to walk', () => {
  assert.ok(lists.length >= 5, lists.map((one) => one.path).join());
  assert.ok(bodies.length >= 12, bodies.map((one) => one.path).join());
});

test('limits below 1, above 500 or no numbers are refused in every list', async () => {
  for (const list of lists) {
    for (const limit of ['-1', '0', '501', 'x', '1.5', '99999999999999999999']) {
      assertRefused(await administrator.get(addressOf(list, `limit=${limit}`)), 422, 'limit');
    }
  }
});

test('parameters that nobody knows are refused in every list', async () => {
  for (const list of lists) assertRefused(await administrator.get(addressOf(list, 'colour=red')), 422, 'colour');
});

test('cursors from nowhere are refused in every list', async () => {
  const nowhere = ['nowhere', 'AAAA', '..%2F..', '%F0%9F%A6%8A', 'x'.repeat(4000), 'eyJhIjoxfQ'];
  for (const list of inPages()) {
    for (const cursor of nowhere) assertRefused(await administrator.get(addressOf(list, `cursor=${cursor}`)), 422, 'cursor');
  }
});

test('a cursor of one list is refused by every other', async () => {
  const photos = lists.find(({ operation }) => operation.operationId === 'listPhotos');
  const { body } = await administrator.get(`${pathOf(photos)}?limit=1`);
  assert.ok(body.next);
  for (const list of inPages().filter((one) => one !== photos)) {
    assertRefused(await administrator.get(addressOf(list, `cursor=${body.next}`)), 422, 'cursor');
  }
});

test('bodies that are no JSON object are refused everywhere and leave nothing', async () => {
  await leavesNothing(server, async () => {
    for (const one of bodies) {
      const send = (body, type = 'application/json') =>
        administrator.request(one.method.toUpperCase(), pathOf(one), { headers: { 'Content-Type': type }, body });
      for (const broken of ['{', '{"a":}', '\u0000', '['.repeat(5000)]) assertRefused(await send(broken), 400);
      for (const other of ['[]', '7', '"x"', 'null', 'true']) assertRefused(await send(other), [400, 422]);
      assertRefused(await send('{}', 'text/plain'), 415);
      assertRefused(await send('a=b', 'application/x-www-form-urlencoded'), 415);
    }
  });
});

test('fields that nobody knows are refused by name everywhere and leave nothing', async () => {
  await leavesNothing(server, async () => {
    for (const one of bodies) {
      const send = administrator[one.method].bind(administrator);
      assertRefusedFor(await send(pathOf(one), { colour: 'red' }), 'colour', one);
    }
  });
});

test('every field of every body refuses a wrong type by name and leaves nothing', async () => {
  await leavesNothing(server, async () => {
    for (const one of bodies) {
      for (const [field, schema] of Object.entries(schemaOf(one).properties)) {
        const { type, properties, additionalProperties } = resolved(schema);
        const takesAnyObject = type === 'object' && (!properties || additionalProperties === true);
        const answer = await administrator[one.method](pathOf(one), { [field]: takesAnyObject ? 7 : { wrong: ['type'] } });
        assertRefusedFor(answer, field, one);
      }
    }
  });
});

test('the server is as well as before', async () => {
  assert.ok(server.isRunning);
  assert.equal((await administrator.get('/health')).body.status, 'ok');
});
