// Pictures that fail in a real worker: the inbox tells why, people try again or skip, and the uploader is told.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { loseFiles, restart, spoilFiles, untilSo } from './support/failing.mjs';
import { listen } from './support/live.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { binary, startServer } from './support/server.mjs';

const failures = '/api/v1/failures';
const notices = '/api/v1/notices';

let server;
let tina;
let otto;
let viewer;
let reviewer;
let lost; // a photo, and what puts its original back
let spoilt;
before(async () => {
  server = await startServer({ 'workers.count': 0 });
  tina = await server.as('technician', 'tina');
  otto = await server.as('technician', 'otto');
  viewer = await server.as('viewer');
  reviewer = await server.as('reviewer', 'rita');
  const job = await tina.newJob({ number: 'W-7', title: 'Pump' });
  const photo = (await tina.addToJob(job.id, distinct(fixture('plain.jpg'), 'lost'))).body;
  const detail = (await tina.get(`/api/v1/images/photos?job=${job.id}`)).body.results[0];
  assert.ok(photo);
  lost = { photo: detail, job, putBack: loseFiles(server, detail) };
  spoilt = [];
  for (let i = 0; i < 3; i += 1) spoilt.push(await tina.newPhoto(distinct(fixture('plain.jpg'), `spoilt ${i}`)));
  for (const one of spoilt) spoilFiles(server, one);
  await tina.newPhoto(distinct(fixture('plain.jpg'), 'sound'));
  await restart(server, 1);
  await untilSo(viewer, '/api/v1/tasks/counts', ({ completed, discarded }) => completed === 1 && discarded === 4);
});
after(() => server?.stop());

const bulk = (client, body) => client.post(`${failures}/bulk`, body);
const idsOf = ({ body }) => body.results.map(({ id }) => id);

test('the inbox tells what failed, why, and whose it is', async () => {
  assert.deepEqual((await viewer.get(`${failures}/counts`)).body, { open: 4, retrying: 0, resolved: 0 });
  const { body } = await reviewer.get(`${failures}?code=file_lost`);
  const [failure] = body.results;
  assert.equal(body.results.length, 1);
  assert.equal(failure.photo.id, lost.photo.id);
  assert.equal(failure.photo.job, 'W-7 Pump');
  assert.equal(failure.photo.uploader, 'tina');
  assert.equal(failure.attempts, 1);
  assert.match(failure.error, /lost.*backup/);
  assert.equal((await viewer.get(`/api/v1/tasks/${failure.task_id}`)).body.state, 'discarded');
});

test('failures of one cause are one group', async () => {
  const { body } = await reviewer.get(`${failures}/groups`);
  assert.equal(body.results.length, 2);
  const group = body.results.find(({ code }) => code !== 'file_lost');
  assert.equal(group.failures, 3);
  assert.equal(group.newest.length, 3);
  assert.deepEqual(new Set(idsOf(await reviewer.get(`${failures}?group=${group.group}`))), new Set(group.newest.map(({ id }) => id)));
});

test('technicians see and change what they uploaded, viewers change nothing', async () => {
  assert.deepEqual(idsOf(await otto.get(failures)), []);
  assert.equal((await tina.get(`${failures}/counts`)).body.open, 4);
  const [id] = idsOf(await tina.get(`${failures}?code=file_lost`));
  assertRefused(await bulk(viewer, { action: 'skip', failures: [id] }), 403);
  const foreign = await bulk(otto, { action: 'skip', failures: [id] });
  assert.equal(foreign.body.changed, 0);
  assert.deepEqual(foreign.body.refused, [{ id, problem: 'no such failure' }]);
  assertRefused(await server.anonymous().get(failures), 401);
  assertRefused(await server.anonymous().get(notices), 401);
});

test('the uploader is told once for each burst', async () => {
  assert.deepEqual((await tina.get(`${notices}/counts`)).body, { unread: 2 });
  const { results } = (await tina.get(notices)).body;
  const ofJob = results.find(({ parameters }) => parameters.job_id === lost.job.id);
  assert.equal(ofJob.kind, 'photo_lost');
  assert.equal(ofJob.photo_id, lost.photo.id);
  const others = results.find(({ parameters }) => parameters.job_id === null);
  assert.equal(others.kind, 'photo_failed');
  assert.equal(others.parameters.photos, 3);
  assert.deepEqual((await otto.get(notices)).body.results, []);
  assert.deepEqual((await otto.post(`${notices}/read`, { notices: [others.id] })).body, { unread: 0 });
  assert.deepEqual((await tina.post(`${notices}/read`, { notices: [others.id] })).body, { unread: 1 });
  assert.deepEqual((await tina.post(`${notices}/read`, { all: true })).body, { unread: 0 });
  assertRefused(await tina.post(`${notices}/read`, {}), 422, 'notices');
});

test('what fails again comes back, what succeeds is resolved by itself', async () => {
  const [id] = idsOf(await tina.get(`${failures}?code=file_lost`));
  const listener = await listen(server, { token: tina.token });
  assert.equal((await bulk(tina, { action: 'retry', failures: [id] })).body.changed, 1);
  await untilSo(tina, `${failures}?photo=${lost.photo.id}`, ({ results }) => results[0].state === 'open' && results[0].times === 2);
  assert.deepEqual((await tina.get(`${notices}/counts`)).body, { unread: 1 });
  await listener.untilTold('failure', 'changed', id);
  await listener.until(({ changes }) => changes.some(({ type }) => type === 'notice'));
  listener.close();
  lost.putBack();
  assert.equal((await bulk(tina, { action: 'retry', failures: [id] })).body.changed, 1);
  await untilSo(tina, `${failures}?photo=${lost.photo.id}`, ({ results }) => results[0].state === 'resolved');
  const [resolved] = (await tina.get(`${failures}?state=resolved`)).body.results;
  assert.equal(resolved.id, id);
  assert.equal(resolved.resolution, 'succeeded');
  assert.equal((await tina.get(`/api/v1/images/photos/${lost.photo.id}`)).body.processing_status, 'COMPLETED');
});

test('what a person skips stays as it is, with name and time, and may be taken up again', async () => {
  const skipped = await bulk(reviewer, { action: 'skip', filter: { state: 'open' } });
  assert.equal(skipped.body.changed, 3);
  assert.deepEqual((await reviewer.get(`${failures}/counts`)).body, { open: 0, retrying: 0, resolved: 4 });
  const [one] = (await reviewer.get(`${failures}?photo=${spoilt[0].id}`)).body.results;
  assert.equal(one.resolution, 'skipped');
  assert.equal(one.resolved_by, 'rita');
  assert.ok(one.resolved_at);
  // Analysed anew, it fails anew: the decision stands, and the new failure stands beside it.
  assert.equal((await tina.post(`/api/v1/images/photos/${spoilt[0].id}/reprocess/`)).status, 202);
  const both = await untilSo(tina, `${failures}?photo=${spoilt[0].id}`, ({ results }) => results.length === 2);
  assert.deepEqual(both.results.map(({ state }) => state), ['open', 'resolved']);
  assert.equal(both.results[1].resolved_by, 'rita');
  const back = await bulk(reviewer, { action: 'reopen', failures: idsOf(await reviewer.get(`${failures}?state=resolved`)) });
  assert.equal(back.body.changed, 2);
  assert.equal(back.body.refused.length, 2);
  const history = (await tina.get(`/api/v1/images/photos/${spoilt[1].id}/history`)).body.results.map(({ action }) => action);
  assert.ok(history.includes('failure.skip') && history.includes('failure.reopen'), history);
});

test('what means nothing is refused by name', async () => {
  assertRefused(await viewer.get(`${failures}?state=lost`), 422, 'state');
  assertRefused(await viewer.get(`${failures}?cursor=x`), 422, 'cursor');
  assertRefused(await viewer.get(`${failures}/groups?order=up`), 422, 'order');
  assertRefused(await viewer.get(`${notices}?unread=maybe`), 422, 'unread');
  assertRefused(await bulk(reviewer, { action: 'forget', failures: [] }), 422, 'action');
  assertRefused(await bulk(reviewer, { action: 'skip' }), 422, 'failures');
  assertRefused(await bulk(reviewer, { action: 'skip', filter: { q: 'x' } }), 422, 'filter');
});

test('the command line lists what failed, and skips it', async () => {
  const run = (...words) => spawnSync(binary, ['failures', ...words, '--data', server.data], { encoding: 'utf8' });
  const listed = JSON.parse(run('list', '--json').stdout);
  assert.deepEqual(listed.map(({ id }) => id), idsOf(await reviewer.get(`${failures}?state=open`)));
  assert.equal(listed[0].uploader, 'tina');
  const [{ id }] = listed;
  const skipped = run('skip', id, '--json');
  assert.equal(skipped.status, 0, skipped.stderr);
  assert.deepEqual(JSON.parse(skipped.stdout), { changed: 1, refused: 0 });
  assert.equal((await reviewer.get(`${failures}?state=resolved`)).body.results.find((one) => one.id === id).resolved_by, 'command line');
  assert.notEqual(run('skip', id).status, 0, 'it is resolved already');
  const reopened = run('reopen', id, '--json');
  assert.deepEqual([reopened.status, JSON.parse(reopened.stdout)], [0, { changed: 1, refused: 0 }]);
  assert.notEqual(run('reopen', id).status, 0, 'it is open');
  assert.deepEqual(JSON.parse(run('skip', id, '--json').stdout), { changed: 1, refused: 0 });
  assert.equal(run('reopen', '--all', '--code', 'no_such_code', '--json').stdout.trim(), '{"changed":0,"refused":0}');
  assert.notEqual(run('skip').status, 0);
  assert.notEqual(run('list', '--state', 'lost').status, 0);
  // A server that works takes up what is tried again, and fails anew.
  const all = run('retry', '--all', '--json');
  assert.deepEqual(JSON.parse(all.stdout), { changed: listed.length - 1, refused: 0 });
  await untilSo(reviewer, `${failures}/counts`, ({ open, retrying }) => open === listed.length - 1 && retrying === 0);
});
