import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { distinct, fixture } from './support/pictures.mjs';
import { noPostgres, startPostgres } from './support/postgres.mjs';
import { binary, startServer } from './support/server.mjs';

const photos = '/api/v1/images/photos/';
let postgres;
let server;
before(async () => {
  if (noPostgres) return;
  delete process.env.SIGHTGLASS_DATABASE_URL;
  postgres = await startPostgres();
  server = await startServer();
});
after(async () => {
  await server?.stop();
  await postgres?.stop();
});

function migrate(url, env = {}) {
  const flags = ['migrate-store', '--json', '--data', server.data, ...(url ? ['--to', url] : [])];
  const { status, stdout, stderr } = spawnSync(binary, flags, { encoding: 'utf8', env: { ...process.env, ...env } });
  return { status, report: stdout ? JSON.parse(stdout) : null, stderr };
}

test('an embedded installation goes on at PostgreSQL as it was', { skip: noPostgres }, async () => {
  const operator = await server.as('operator');
  const job = await operator.newJob({ title: 'Pümpe 7' });
  for (let i = 0; i < 3; i += 1) {
    const { status } = await operator.addToJob(job.id, distinct(fixture('plain.jpg'), `moved ${i}`));
    assert.equal(status, 200);
  }
  const url = postgres.make('moved');

  const running = migrate(url);
  assert.equal(running.status, 1, 'a server is at work on it');
  assert.match(JSON.stringify(running), /another server/);

  const seen = await operator.get(photos);
  const jobs = await operator.get('/api/v1/jobs');
  await server.stop({ keepsData: true });
  const moved = migrate(null, { SIGHTGLASS_MIGRATE_TO: url });
  assert.equal(moved.status, 0, moved.stderr);
  const rows = Object.fromEntries(moved.report.tables.map((table) => [table.name, table.rows]));
  assert.deepEqual([rows.photos, rows.jobs, rows.users, rows.tasks], [3, 1, 1, 3]);
  for (const table of moved.report.tables) assert.match(table.sha256, /^[0-9a-f]{64}$/, table.name);
  assert.equal(migrate(url).status, 1, 'the target is not empty any more');

  process.env.SIGHTGLASS_DATABASE_URL = url;
  await server.start();
  const again = await operator.get(photos);
  const ids = (list) => list.body.results.map((photo) => photo.id);
  assert.deepEqual(ids(again), ids(seen));
  assert.deepEqual((await operator.get('/api/v1/jobs')).body.results, jobs.body.results);
  const { status, body } = await operator.addToJob(job.id, distinct(fixture('plain.jpg'), 'after the move'));
  assert.equal(status, 200);
  assert.equal((await operator.get(`/api/v1/jobs/${job.id}`)).body.photo_count, 4);

  // Its worker has the address too, through its environment, and nobody is shown it.
  const administrator = await server.as('administrator');
  for (let look = 0; ; look += 1) {
    const photo = (await operator.get(`${photos}${body.id}`)).body;
    if (photo.processing_status === 'COMPLETED') break;
    assert.notEqual(photo.processing_status, 'FAILED');
    assert.ok(look < 600, `it stays ${photo.processing_status}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const settings = (await administrator.get('/api/v1/settings')).body;
  const setting = (settings.results ?? settings).find((one) => one.name === 'database.url');
  assert.deepEqual([setting.value, setting.source], ['(set)', 'environment']);
  assert.ok(!server.log.includes(url), 'the log has the address');
});
