// A photo whose files are gone, as a broken disk leaves it: said plainly, and told to the log once.
import assert from 'node:assert/strict';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertRefused } from './support/client.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

const list = '/api/v1/images/photos/';
let server;
let tina;
before(async () => {
  server = await startServer();
  tina = await server.as('technician', 'tina');
});
after(() => server?.stop());

const filesOf = (photo, folder) => {
  const all = readdirSync(join(server.data, folder), { recursive: true }).map((name) => join(server.data, folder, name));
  const stem = photo.filename.replace('.jpg', '');
  return all.filter((name) => name.includes(stem) && statSync(name).isFile() && !name.endsWith('.json'));
};
const lossesTold = (photo) => server.log.split('\n').filter((line) => line.includes('file of a photo is lost') && line.includes(photo.id));

test('a photo that lost all its files is 410, with what to do, and logged once', async () => {
  const photo = await tina.newPhoto(distinct(fixture('plain.jpg'), 'lost'));
  const kept = (await tina.get(photo.original_url)).bytes;
  const files = filesOf(photo, 'photos');
  assert.equal(files.length, 3);
  for (const name of files) rmSync(name);
  for (let time = 0; time < 3; time += 1) {
    for (const url of [photo.thumbnail_url, photo.display_url, photo.original_url]) {
      const answer = await tina.get(url);
      assertRefused(answer, 410);
      assert.equal(answer.body.error.code, 'file_lost');
      assert.match(answer.body.error.message, /lost.*backup.*sightglass check/);
      assert.doesNotMatch(answer.body.error.message, new RegExp(photo.filename), 'no path shows');
    }
    assert.equal((await tina.head(photo.thumbnail_url)).status, 410);
  }
  assert.equal(lossesTold(photo).length, 3, 'one line a file');
  // Everything else of it stands.
  assert.equal((await tina.get(list + photo.id)).status, 200);
  assertRefused(await tina.patch(list + photo.id, { rotation: 90 }), 410);
  assert.equal((await tina.patch(list + photo.id, { description: 'still known' })).status, 200);
  // Put back, it is as it was.
  writeFileSync(files.find((name) => name.includes('originals')), kept);
  assert.equal((await tina.get(photo.thumbnail_url)).status, 200);
  assert.equal((await tina.get(photo.display_url)).status, 200);
});

test('an original that no longer is a picture cannot make the others again', async () => {
  const photo = await tina.newPhoto(distinct(fixture('plain.jpg'), 'altered'));
  for (const name of filesOf(photo, 'photos')) name.includes('originals') ? writeFileSync(name, 'rubbish') : rmSync(name);
  assertRefused(await tina.get(photo.thumbnail_url), 410);
});

test('earlier clients hear 404 for a lost picture of a job', async () => {
  const job = (await tina.newJob()).id;
  const { body } = await tina.addToJob(job, distinct(fixture('plain.jpg'), 'lost in a job'));
  for (const name of filesOf(body, 'images')) rmSync(name);
  const answer = await tina.get(`/job/image/${job}/${body.filename}`);
  assert.ok([404, 410].includes(answer.status), String(answer.status));
});
