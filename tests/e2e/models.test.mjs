// The models: what holds where, versions with their figures side by side, promoting and rolling back with a reason,
// training with its progress, and what is learnt from.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newPhoto } from '../api/support/findings.mjs';
import { startServer } from '../api/support/server.mjs';
import { launch, looks, openPage } from './support/browser.mjs';
import { check } from './support/page_check.mjs';
import { button } from './support/page_parts.mjs';
import { signInTo } from './support/sign_in.mjs';

const id = (last) => `018f0000-0000-7000-8000-0000000000${last}`;
const at = '2026-11-20T09:00:00Z';
const interval = (least, most) => ({ least, most });
const measures = (auroc, threshold) => ({
  examples: 44,
  threshold,
  auroc,
  average_precision: auroc - 0.02,
  recall: 0.83,
  recall_interval: interval(0.63, 0.95),
  precision_recall: [0, 1, 2, 3, 4].map((step) => ({ threshold: threshold + step - 2, precision: 0.5 + step / 8, recall: 1 - step / 5 })),
  false_rejects: { asked: 0.05, promised: interval(0, 0.13), rejected: 1, of: 20, measured: interval(0, 0.25), inside: true },
});
const model = (place, fields) => ({
  id: id(place), name: 'anomaly-all', version: `${place}`, task: 'anomaly', format: 'anomaly', state: 'ready', origin: 'trained', bytes: 100, sha256: 'ab'.repeat(32), manifest: { scope: { kind: 'global' } }, metrics: {}, training_run: null, created_at: at, created_by: 'olga', error: null, current_in: [], drift: null, ...fields,
});

// No model can be had without a network or half an hour of learning: these stand for them, as the server tells of models,
// and everything that a person does to them is noted.
async function tellOfModels(page, photo) {
  const asked = [];
  const state = {
    models: [
      model(12, { metrics: { held_out: measures(0.97, 5.2), measured_at: at } }),
      model(11, { metrics: { held_out: measures(0.91, 4.8), current: { auroc: 0.5 }, inspector: { shift: 'night' } }, current_in: [{ kind: 'global', value: '' }], drift: { state: 'higher', since: at, p: 1e-9, distance: 0.6, goods: 40, recent: 140, checked_at: at } }),
      model(10, { state: 'failed', error: 'The pictures are all the same.' }),
    ],
    run: { id: id(20), task: 'anomaly', scope: { kind: 'global' }, state: 'done', task_id: id(21), progress: 100, false_reject_rate: 0.05, promote: 'never', counts: null, model_id: id(12), error: null, created_at: at, finished_at: at, created_by: 'olga', result: { new: measures(0.97, 5.2), current: measures(0.91, 4.8), current_model_id: id(11), promoted: false, why: 'Nobody asked for it.', remarks: ['Twenty good pictures examine: the interval is wide.'] } },
    photo: { photo_id: photo, role: 'good', class: null, held_out: true, said_by: 'rita', reason: 'verdict', mark: null },
  };
  const count = (all, heldOut) => ({ count: all, held_out: heldOut });
  const answer = (route, json, status = 200) => route.fulfill({ status, json });
  await page.route('**/api/v1/models?*', (route) => {
    const task = new URL(route.request().url()).searchParams.get('task');
    return answer(route, { results: state.models.filter((one) => !task || one.task === task), next: null });
  });
  const note = (route) => asked.push([route.request().method(), new URL(route.request().url()).pathname.replace('/api/v1/', ''), route.request().postDataJSON()]);
  const promotion = { id: id(30), task: 'anomaly', scope: { kind: 'global' }, model_id: id(12), previous_id: id(11), promoted_at: at, promoted_by: 'olga', rule: 'person', why: '', current: true };
  const hold = (version) => (state.models = state.models.map((one) => ({ ...one, current_in: one.version === version ? [{ kind: 'global', value: '' }] : [] })));
  await page.route('**/api/v1/models/*/promote', (route) => (note(route), hold('12'), answer(route, { promotion })));
  await page.route('**/api/v1/models/rollback', (route) => (note(route), hold('11'), answer(route, { promotion })));
  await page.route('**/api/v1/training-sets?*', (route) => answer(route, { good: count(60, 20), defects: count(24, 24), classes: [], left_out: 3, is_enough: true, why: '40 good pictures teach.' }));
  await page.route('**/api/v1/training-sets/photos?*', (route) => answer(route, { results: [state.photo], next: null }));
  await page.route('**/api/v1/training-sets/photos/*', (route) => {
    note(route);
    const { mark } = route.request().postDataJSON();
    state.photo = { ...state.photo, role: mark ?? 'good', reason: mark ? 'mark' : 'verdict', mark };
    return answer(route, state.photo);
  });
  await page.route('**/api/v1/training-runs*', (route) => {
    if (route.request().method() === 'GET') return answer(route, { results: [state.run], next: null });
    note(route);
    state.run = { ...state.run, state: 'running', progress: 40, result: null, finished_at: null };
    return answer(route, state.run, 202);
  });
  return asked;
}

let server;
let browser;
let photo;
before(async () => {
  server = await startServer();
  server.addUser('ada', 'administrator'); // else the first run is not over
  server.addUser('olga', 'operator');
  server.addUser('vera', 'viewer');
  const rita = await server.as('reviewer', 'rita');
  photo = (await newPhoto(rita)).id;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(options, screen = 'desktop', name = 'olga', address = '/models/anomaly') {
  const opened = await openPage(browser, server.base, screen, options);
  const asked = await tellOfModels(opened.page, photo);
  await signInTo(opened.page, address, name);
  return { ...opened, asked };
}

for (const { screen, colorScheme } of looks) {
  test(`models, ${screen}, ${colorScheme}`, async () => {
    const { page, context, troubles } = await open({ colorScheme }, screen, 'olga', '/models');
    await page.getByText('anomaly-all 11').waitFor();
    await page.getByText('look more unusual than its good pictures did').waitFor();
    await check(page, troubles, `models-${screen}-${colorScheme}`);
    await page.getByRole('link', { name: 'Look at it: Anomalies' }).click();
    await page.getByRole('cell', { name: '0.97' }).first().waitFor();
    await page.locator('.bank-tile').waitFor();
    await check(page, troubles, `models-anomaly-${screen}-${colorScheme}`);
    await context.close();
  });
}

test('versions stand side by side, with what nobody foresaw under its own name', async () => {
  const { page, context, troubles } = await open({ colorScheme: 'light' });
  const row = (name) => page.getByRole('region', { name: 'Versions side by side' }).getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
  await row('Area under the curve').waitFor();
  assert.deepEqual(await row('Area under the curve').getByRole('cell').allInnerTexts(), ['0.91', '0.97', '–'], 'what holds comes first');
  assert.deepEqual(await row('inspector.shift').getByRole('cell').allInnerTexts(), ['night', '–', '–']);
  await page.getByText('The pictures are all the same.').waitFor();
  assert.equal(await button(page, 'Promote anomaly-all 10').isDisabled(), true);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a model is promoted with the reason, and rolled back when asked twice', async () => {
  const { page, context, troubles, asked } = await open({ colorScheme: 'dark' });
  await button(page, 'Promote anomaly-all 12').click();
  await page.getByLabel('Why').fill('Finds what the night shift missed');
  await check(page, troubles, 'models-promote');
  await button(page, 'Promote').click();
  await page.locator('.toast__words', { hasText: 'The model holds now.' }).waitFor();
  await button(page, 'Roll back: Everything').click();
  await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByText('anomaly-all 12 no longer holds for: Everything.', { exact: false }).waitFor();
  await button(page, 'Roll back').click();
  await page.locator('.toast__words', { hasText: 'The model before holds again.' }).waitFor();
  assert.deepEqual(asked, [
    ['POST', `models/${id(12)}/promote`, { scope: { kind: 'global' }, why: 'Finds what the night shift missed' }],
    ['POST', 'models/rollback', { task: 'anomaly', scope: { kind: 'global', value: '' } }],
  ]);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('a training begins with the rate that is asked for, and tells how far it is', async () => {
  const { page, context, troubles, asked } = await open({ colorScheme: 'light' });
  await page.getByText('40 good pictures teach.').waitFor();
  await page.getByRole('img', { name: /^Threshold against what it finds/ }).waitFor();
  await page.getByLabel('Good parts that may be rejected', { exact: false }).fill('2,5');
  await page.getByLabel('When it is done').selectOption('if_better');
  await button(page, 'Train now').click();
  await page.getByRole('progressbar', { name: 'How far the training is' }).waitFor();
  assert.equal(await button(page, 'Train now').isDisabled(), true, 'one at a time');
  assert.deepEqual(asked, [['POST', 'training-runs', { task: 'anomaly', scope: { kind: 'global' }, promote: 'if_better', method: 'learn', false_reject_rate: 0.025 }]]);
  await check(page, troubles, 'models-training');
  await context.close();
});

test('a photo is left out by a reviewer and taken back, who may train nothing', async () => {
  const { page, context, troubles, asked } = await open({ colorScheme: 'dark' }, 'desktop', 'rita');
  await button(page, 'Leave out').click();
  await page.locator('.bank-tile').getByText('marked, rita').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.locator('.bank-tile').getByText('by its verdict, rita').waitFor();
  assert.deepEqual(asked.map(([, , { mark }]) => mark), ['left_out', null]);
  assert.equal(await page.getByRole('button', { name: /^(Promote|Roll back|Train now)/ }).count(), 0);
  assert.deepEqual(troubles, []);
  await context.close();
});

test('German, and nothing there for those who may not see models', async () => {
  const { page, context, troubles } = await open({ locale: 'de-DE' });
  await page.getByRole('heading', { name: 'Fassungen nebeneinander' }).waitFor();
  await page.locator('.bank-tile').waitFor();
  await check(page, troubles, 'models-german');
  await context.close();
  const viewer = await openPage(browser, server.base, 'desktop');
  await signInTo(viewer.page, '/jobs', 'vera');
  await viewer.page.getByRole('heading', { name: 'Jobs' }).waitFor();
  assert.equal(await viewer.page.getByRole('link', { name: 'Models' }).count(), 0);
  await viewer.context.close();
});
