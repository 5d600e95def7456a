// Google Cloud Vision as an option: asked over its documented protocol, paid from a budget, and told of when it fails.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { analysed } from './support/analysed.mjs';
import { GoogleVision } from './support/google_vision.mjs';
import { distinct, fixture } from './support/pictures.mjs';
import { startServer } from './support/server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sightglass-google-'));
const google = new GoogleVision();
let server;
let rita;
let ada;
let made = 0;
before(async () => {
  await google.start();
  server = await startServer({
    'provider.google_enabled': true,
    'provider.google_endpoint': google.endpoint,
    'provider.google_key_file': google.writeKey(folder),
    'provider.monthly_budget_cents': 3, // twenty units, of which a photo takes three
  });
  rita = await server.as('reviewer', 'rita');
  ada = await server.as('administrator', 'ada');
});
after(async () => {
  await server?.stop();
  google.stop();
  rmSync(folder, { recursive: true, force: true });
});

const look = async () => (await analysed(rita, (await rita.newPhoto(distinct(fixture('plain.jpg'), `outside ${(made += 1)}`))).id)).analysis;
const outside = (analysis) => analysis.steps.find(({ step }) => step === 'outside');
const budget = async () => (await ada.get('/api/v1/budget')).body;

test('what the service sees is part of the analysis, with what it cost', async () => {
  google.answer = () => ({
    labelAnnotations: [{ description: 'Pump', score: 0.91 }],
    localizedObjectAnnotations: [{ name: 'Wheel', score: 0.8, boundingPoly: { normalizedVertices: [{ x: 0.5 }, { x: 1 }, { x: 1, y: 0.5 }, { x: 0.5, y: 0.5 }] } }],
  });
  const analysis = await look();
  assert.equal(outside(analysis).outcome, 'done');
  assert.equal(analysis.provider, 'sightglass+google-vision');
  assert.equal(analysis.cost, 0.0045);
  assert.ok(analysis.labels.some(({ name, confidence }) => name === 'Pump' && confidence === 0.91));
  const wheel = analysis.objects.find(({ label }) => label === 'Wheel');
  assert.deepEqual(wheel.relative, { x: 0.5, y: 0, width: 0.5, height: 0.5 });
  const [{ image, features }] = google.requests[0].requests;
  assert.equal(Buffer.from(image.content, 'base64').subarray(0, 2).toString('hex'), 'ffd8');
  assert.deepEqual(features.map(({ type }) => type), ['LABEL_DETECTION', 'OBJECT_LOCALIZATION', 'TEXT_DETECTION']);
  const { spent_micros: spent, reserved_micros: reserved, state } = await budget();
  assert.deepEqual({ spent, reserved, state }, { spent: 4500, reserved: 0, state: 'open' });
});

test('a token that is refused is replaced once', async () => {
  google.tokens += 1; // the one that is held is no longer good
  assert.equal(outside(await look()).outcome, 'done');
});

test('a refusal costs nothing, is told, and leaves the rest of the analysis', async () => {
  const before = (await budget()).spent_micros;
  google.faults.push((_, send) => send(403, { error: { code: 403, message: 'Cloud Vision API is disabled' } }));
  const analysis = await look();
  assert.equal(outside(analysis).outcome, 'failed');
  assert.match(outside(analysis).reason, /403: Cloud Vision API is disabled/);
  assert.equal(analysis.steps.find(({ step }) => step === 'properties').outcome, 'done');
  assert.equal(analysis.cost, 0);
  assert.equal((await budget()).spent_micros, before);
});

test('what broke off may have been charged, and is not sent again', async () => {
  const before = await budget();
  const asked = google.requests.length;
  google.faults.push((response) => response.socket.destroy());
  assert.equal(outside(await look()).outcome, 'failed');
  assert.equal(google.requests.length, asked + 1);
  const now = await budget();
  assert.deepEqual([now.spent_micros - before.spent_micros, now.reserved_micros], [4500, 0]);
});

test('a connection that is refused costs nothing, though the token is there', async () => {
  const before = await budget();
  const asked = google.requests.length;
  await google.pause();
  assert.equal(outside(await look()).outcome, 'failed');
  await google.resume();
  const now = await budget();
  assert.equal(google.requests.length, asked);
  assert.deepEqual([now.spent_micros, now.reserved_micros], [before.spent_micros, 0]);
});

test('a picture of its own error fails alone', async () => {
  google.faults.push((_, send) => send(200, { responses: [{ error: { code: 3, message: 'Bad image data.' } }] }));
  assert.match(outside(await look()).reason, /Bad image data/);
});

test('at nine tenths only urgent photos are sent, at the end none, and administrators are told', async () => {
  const asked = google.requests.length;
  let analysis = await look();
  for (let tries = 0; outside(analysis).outcome === 'done' && tries < 5; tries += 1) analysis = await look();
  assert.equal(outside(analysis).outcome, 'failed');
  assert.match(outside(analysis).reason, /kept for urgent/);
  const { state, spent_micros: spent, limit_micros: limit } = await budget();
  assert.ok(spent <= limit, `${spent} of ${limit}`);
  assert.ok(google.requests.length - asked <= 3);
  assert.ok(['warned', 'throttled', 'stopped'].includes(state), state);
  const { body } = await ada.get('/api/v1/notices');
  assert.ok(body.results.some(({ kind }) => kind === 'budget_warned'), JSON.stringify(body.results));
});

test('the budget is for administrators alone', async () => {
  assert.equal((await rita.get('/api/v1/budget')).status, 403);
});
