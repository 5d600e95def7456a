// What was found, as other programs read it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkDescription, readCamtrapDp } from './support/camtrap_dp.mjs';
import { assertRefused } from './support/client.mjs';
import { readCoco } from './support/coco.mjs';
import { readCsv } from './support/csv.mjs';
import { draw, newPhoto, photos } from './support/findings.mjs';
import { fixture } from './support/pictures.mjs';
import { binary, startServer } from './support/server.mjs';

const exported = '/api/v1/images/exports/annotations';

let server;
let folder;
let operator;
let reviewer;
let viewer;
let tina;
let place;
let made = 0;
before(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), 'sightglass-export-'));
  operator = await server.as('operator', 'olga');
  reviewer = await server.as('reviewer', 'rita');
  viewer = await server.as('viewer', 'vic');
  tina = await server.as('technician', 'tina');
  place = (await operator.post('/api/v1/locations', { name: 'Forest, north', latitude: 48.1, longitude: 11.5 })).body;
});
after(async () => {
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const query = (fields) => `${exported}?${new URLSearchParams(fields)}`;
const text = async (fields, who = viewer) => {
  const answer = await who.get(query(fields));
  assert.equal(answer.status, 200, answer.bytes.toString());
  return answer.bytes.toString('utf8');
};
// Unpacked by Info-ZIP's unzip, which checks every byte.
function unpacked(bytes) {
  const target = join(folder, String((made += 1)));
  writeFileSync(`${target}.zip`, bytes);
  const { status, stderr } = spawnSync('unzip', ['-q', `${target}.zip`, '-d', target]);
  assert.equal(status, 0, String(stderr));
  return target;
}
async function unzipped(fields, who = viewer) {
  const answer = await who.get(query(fields));
  assert.equal(answer.status, 200, answer.bytes.toString());
  assert.equal(answer.headers.get('content-type'), 'application/zip');
  assert.match(answer.headers.get('content-disposition'), /^attachment; filename="sightglass_\d{8}_\d{6}_[a-z-]+\.zip"$/);
  return unpacked(answer.bytes);
}
const box = { x: 16, y: 12, width: 80, height: 60 };

test('COCO holds the boxes in pixels of the upright original, with numbers that stay', async () => {
  const job = await operator.newJob({ title: 'Walls' });
  const photo = await newPhoto(reviewer, { job_id: String(job.id) });
  assert.equal((await reviewer.patch(`${photos}/${photo.id}`, { rotation: 90 })).status, 200);
  const crack = await draw(reviewer, photo.id, { kind: 'damage', class: 'crack', severity: 'high', box });
  await draw(reviewer, photo.id, { kind: 'anomaly', class: 'crack', box });
  const whole = await draw(reviewer, photo.id, { kind: 'damage', class: 'rust' });
  const asked = { format: 'coco', job: job.id };
  const answer = await viewer.get(query(asked));
  assert.equal(answer.headers.get('content-type'), 'application/json');
  const set = readCoco(answer.bytes.toString());
  assert.equal(set.images.length, 1);
  const [image] = set.images;
  assert.deepEqual([image.width, image.height, image.photo_id], [160, 120, photo.id]);
  assert.equal(image.file_name, `${photo.id}.jpg`);
  assert.equal(image.coco_url, `${server.base}${photos}/${photo.id}/original`);
  const drawn = set.annotations.find((one) => one.attributes.id === crack.id);
  assert.deepEqual(drawn.bbox, [16, 12, 80, 60]);
  assert.equal(drawn.score, 1);
  const all = set.annotations.find((one) => one.attributes.id === whole.id);
  assert.deepEqual(all.bbox, [0, 0, 160, 120]);
  assert.equal(all.attributes.whole_photo, true);
  assert.deepEqual(set.categories.map((one) => [one.name, one.supercategory]), [['crack', 'anomaly'], ['damage crack', 'damage'], ['rust', 'damage']]);
  assert.equal(set.nameOf(drawn), 'damage crack');
  const again = readCoco(await text({ ...asked, kind: 'damage' }));
  assert.equal(again.images[0].id, image.id);
  assert.equal(again.annotations.find((one) => one.attributes.id === crack.id).id, drawn.id);
  assert.deepEqual(again.categories.map((one) => one.name), ['crack', 'rust']);
});

test('what was rejected, thrown away or is not to be seen is left out', async () => {
  const job = await operator.newJob({ title: 'Roof' });
  const kept = await newPhoto(reviewer, { job_id: String(job.id) });
  const gone = await newPhoto(reviewer, { job_id: String(job.id) });
  const id = (await draw(reviewer, kept.id, { kind: 'damage', class: 'hole', box })).id;
  const wrong = (await draw(reviewer, kept.id, { kind: 'anomaly', class: 'shade', box })).id;
  await draw(reviewer, gone.id, { kind: 'damage', class: 'hole', box });
  assert.equal((await reviewer.post(`/api/v1/images/anomalies/${wrong}/confirm`, { confirmed: false })).status, 200);
  assert.equal((await operator.post(`${photos}/${gone.id}/trash`)).status, 204);
  const ids = async (fields, who) => readCsv(await text({ format: 'csv', job: job.id, ...fields }, who)).map((row) => row.id);
  assert.deepEqual(await ids({}), [id]);
  assert.deepEqual(await ids({ state: 'rejected' }), [wrong]);
  assert.deepEqual(await ids({ kind: 'anomaly' }), []);
  assert.deepEqual(await ids({ class: 'hole' }), [id]);
  assert.deepEqual(await ids({ from: '2100-01-01' }), []);
  assert.deepEqual(await ids({ to: '2100-01-01' }), [id]);
  const several = await viewer.get(`${query({ format: 'csv', job: job.id })}&state=confirmed&state=rejected`);
  assert.equal(readCsv(several.bytes.toString()).length, 2);
  // A job that somebody else was assigned to is hidden from a technician.
  const tom = (await (await server.as('technician', 'tom')).get('/api/v1/auth/me')).body;
  const hidden = await operator.newJob({ title: 'Cellar', assigned_to: [tom.id] });
  const photo = await newPhoto(reviewer, { job_id: String(hidden.id) });
  await draw(reviewer, photo.id, { kind: 'damage', class: 'mould', box });
  assert.equal(readCsv(await text({ format: 'csv', job: hidden.id })).length, 1);
  assert.equal(readCsv(await text({ format: 'csv', job: hidden.id }, tina)).length, 0);
  const blind = readCoco(await text({ format: 'coco' }, tina));
  assert.ok(!blind.categories.some((one) => one.name === 'mould'), 'nor is what was found there named');
});

test('CSV has a line for each finding, and nothing that a spreadsheet would run', async () => {
  const job = await operator.newJob({ title: 'Pumps' });
  const photo = await newPhoto(reviewer, { job_id: String(job.id) });
  const notes = '=HYPERLINK("http://evil.example";"a, b")\nsecond line';
  const drawn = await draw(reviewer, photo.id, { kind: 'damage', class: '+rust', severity: 'low', box, notes });
  await draw(reviewer, photo.id, { kind: 'reading', value: -12.5 });
  const answer = await viewer.get(query({ format: 'csv', job: job.id }));
  assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8');
  const rows = readCsv(answer.bytes.toString());
  assert.equal(rows.length, 2);
  const row = rows.find((one) => one.id === drawn.id);
  assert.equal(row.class, "'+rust");
  assert.equal(row.notes, `'${notes}`);
  assert.deepEqual([row.x, row.y, row.width, row.height, row.photo_width, row.photo_height], ['16', '12', '80', '60', '160', '120']);
  assert.match(row.decided_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assert.equal(row.decided_by, 'rita');
  const reading = rows.find((one) => one.kind === 'reading');
  assert.deepEqual([reading.value, reading.class, reading.x], ['-12.5', '', '']);
});

test('YOLO has labels beside pictures, shares of the picture, and names', async () => {
  const job = await operator.newJob({ title: 'Bridge' });
  const photo = await newPhoto(reviewer, { job_id: String(job.id) });
  const empty = await newPhoto(reviewer, { job_id: String(job.id) });
  await draw(reviewer, photo.id, { kind: 'damage', class: 'crack', box });
  await draw(reviewer, photo.id, { kind: 'damage', class: 'rust: "deep"', box: { x: 0, y: 0, width: 160, height: 120 } });
  await draw(reviewer, empty.id, { kind: 'spotting', class: 'empty' });
  const target = await unzipped({ format: 'yolo', job: job.id, pictures: 'original' });
  assert.deepEqual(readdirSync(target).sort(), ['data.yaml', 'images', 'labels', 'pictures.csv']);
  assert.deepEqual(readdirSync(join(target, 'images')).sort(), [`${photo.id}.jpg`, `${empty.id}.jpg`].sort());
  const lines = readFileSync(join(target, 'labels', `${photo.id}.txt`), 'utf8').trim().split('\n');
  assert.deepEqual(lines, ['0 0.350000 0.350000 0.500000 0.500000', '1 0.500000 0.500000 1.000000 1.000000']);
  assert.equal(readFileSync(join(target, 'labels', `${empty.id}.txt`), 'utf8'), '');
  const names = readFileSync(join(target, 'data.yaml'), 'utf8');
  assert.match(names, /^train: images$/m);
  assert.match(names, /^ {2}0: "crack"\n {2}1: "rust: \\"deep\\""\n$/m);
  const original = await viewer.get(`${photos}/${photo.id}/original`);
  assert.ok(readFileSync(join(target, 'images', `${photo.id}.jpg`)).equals(original.bytes));
  const bare = await unzipped({ format: 'yolo', job: job.id });
  assert.ok(!existsSync(join(bare, 'images')));
  const links = readCsv(readFileSync(join(bare, 'pictures.csv'), 'utf8'));
  assert.equal(links.find((one) => one.file === `images/${photo.id}.jpg`).address, `${server.base}${photos}/${photo.id}/original`);
  const coco = await unzipped({ format: 'coco', job: job.id, pictures: 'original' });
  const set = readCoco(readFileSync(join(coco, 'annotations.json'), 'utf8'));
  for (const image of set.images) assert.ok(existsSync(join(coco, image.file_name)), image.file_name);
  assert.deepEqual(set.ofImage.get(set.images.find((one) => one.photo_id === empty.id).id), []);
});

test('Camtrap DP is valid against its published profile and schemas', async () => {
  const send = async (name, at, fields) => {
    const answer = await reviewer.upload(`${photos}/upload/`, { image: { bytes: fixture(name), name: `${at}.jpg` }, ...fields });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
  };
  const fox = await newPhoto(reviewer, { location_id: place.id, description: '=a fox, "two" of them' });
  const dog = await newPhoto(reviewer, { location_id: place.id });
  const unseen = await send('orientation_6.jpg', 'IMG_0006');
  const placeless = await newPhoto(reviewer);
  const seen = await draw(reviewer, fox.id, { kind: 'spotting', class: 'Vulpes vulpes', count: 2, box, notes: 'a pair' });
  await draw(reviewer, dog.id, { kind: 'spotting', class: 'dog', box });
  await draw(reviewer, dog.id, { kind: 'spotting', class: 'person' });
  await draw(reviewer, unseen.id, { kind: 'spotting', class: 'empty', count: 0 });
  const asked = { format: 'camtrap-dp', project: 'Foxes', sampling_design: 'targeted', capture_method: 'timeLapse' };
  const target = await unzipped(asked);
  const { description, deployments, media, observations } = await readCamtrapDp(target);
  assert.deepEqual([description.project.title, description.project.samplingDesign], ['Foxes', 'targeted']);
  assert.deepEqual(description.taxonomic.map((one) => one.scientificName), ['Canis familiaris', 'Homo sapiens', 'Vulpes vulpes']);
  const here = deployments.find((one) => one.deploymentID === place.id);
  assert.deepEqual([here.locationName, here.latitude, here.longitude], ['Forest, north', 48.1, 11.5]);
  assert.ok(deployments.some((one) => one.deploymentID === 'gps_48.1375_11.5750'), 'a place that the picture tells');
  const medium = media.find((one) => one.mediaID === fox.id);
  assert.equal(medium.filePath, `${server.base}${photos}/${fox.id}/original`);
  assert.equal(medium.mediaComments, '=a fox, "two" of them');
  assert.ok(!media.some((one) => one.mediaID === placeless.id));
  assert.ok(readFileSync(join(target, 'without_place.txt'), 'utf8').includes(placeless.id));
  const observation = observations.find((one) => one.observationID === seen.id);
  assert.deepEqual(
    [observation.observationType, observation.scientificName, observation.count, observation.bboxX, observation.bboxWidth],
    ['animal', 'Vulpes vulpes', 2, 0.1, 0.5],
  );
  assert.deepEqual([observation.classificationMethod, observation.classifiedBy], ['human', 'rita']);
  assert.deepEqual(observations.map((one) => one.observationType).sort(), ['animal', 'animal', 'blank', 'human']);
  const packed = await unzipped({ ...asked, pictures: 'original' });
  const within = await readCamtrapDp(packed);
  for (const one of within.media) assert.ok(existsSync(join(packed, one.filePath)), one.filePath);
});

test('the checker of Camtrap DP sees what is wrong', async () => {
  const target = await unzipped({ format: 'camtrap-dp' });
  const description = JSON.parse(readFileSync(join(target, 'datapackage.json'), 'utf8'));
  assert.notDeepEqual(checkDescription({ ...description, temporal: {} }), []);
  assert.notDeepEqual(checkDescription({ ...description, project: { ...description.project, samplingDesign: 'whim' } }), []);
  const path = join(target, 'observations.csv');
  const sound = readFileSync(path, 'utf8');
  writeFileSync(path, sound.replace(',media,animal,', ',media,dragon,'));
  await assert.rejects(readCamtrapDp(target));
  writeFileSync(path, sound.replaceAll(place.id, 'nowhere'));
  await assert.rejects(readCamtrapDp(target));
});

test('bad input is told by the name of the parameter', async () => {
  const refuse = async (fields, field, status = 422) => assertRefused(await viewer.get(query(fields)), status, field);
  await refuse({}, 'format');
  await refuse({ format: 'voc' }, 'format');
  await refuse({ format: 'csv', kind: 'x' }, 'kind');
  await refuse({ format: 'csv', state: 'x' }, 'state');
  await refuse({ format: 'csv', job: '0' }, 'job');
  await refuse({ format: 'csv', asset: 'x' }, 'asset');
  await refuse({ format: 'csv', from: 'x' }, 'from');
  await refuse({ format: 'csv', pictures: 'original' }, 'pictures');
  await refuse({ format: 'csv', pictures: 'all' }, 'pictures');
  await refuse({ format: 'csv', project: 'x' }, 'project');
  await refuse({ format: 'csv', colour: 'x' }, 'colour');
  await refuse({ format: 'camtrap-dp', sampling_design: 'x' }, 'sampling_design');
  await refuse({ format: 'camtrap-dp', kind: 'damage' }, 'kind');
  await refuse({ format: 'camtrap-dp', state: 'rejected' }, 'state');
  await refuse({ format: 'camtrap-dp', from: '2100-01-01' }, 'format');
  const token = (await operator.post('/api/v1/tokens', { name: 'reader', scopes: ['review:read'] })).body.token;
  const machine = server.withToken(token);
  assert.equal((await machine.get(query({ format: 'coco' }))).status, 200);
  assertRefused(await machine.get(query({ format: 'coco', pictures: 'original' })), 403);
});

test('the command writes the same', async () => {
  const target = join(folder, 'command');
  const run = (...args) => spawnSync(binary, ['export', target, '--data', server.data, '--annotations', ...args], { encoding: 'utf8' });
  assert.equal((run('camtrap-dp', '--pictures', '--project', 'Foxes')).status, 0);
  const { media } = await readCamtrapDp(unpacked(readFileSync(join(target, 'annotations.zip'))));
  assert.ok(media.length >= 3);
  assert.equal((run('coco', '--kind', 'damage')).status, 0);
  const set = readCoco(readFileSync(join(target, 'annotations.json'), 'utf8'));
  assert.ok(set.annotations.length >= 5);
  assert.equal((run('csv', '--state', 'rejected')).status, 0);
  assert.equal(readCsv(readFileSync(join(target, 'annotations.csv'), 'utf8')).length, 1);
  assert.equal((run('csv', '--pictures')).status, 2);
  assert.equal((run('voc')).status, 2);
});
