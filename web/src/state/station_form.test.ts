import { expect, test } from 'vitest';
import type { Station } from '../api/client';
import { inputOf, regionOf, stationForm, wrongFields } from './station_form';

const form = (given: Partial<ReturnType<typeof stationForm>> = {}) => ({ ...stationForm(), name: 'Press 3', camera: 'c', ...given });

test('a new station asks for a line and keeps what is NG as photos', () => {
  expect(inputOf(form())).toEqual({
    name: 'Press 3',
    camera_id: 'c',
    trigger: { source: 'line', line: 'Line0', edge: 'rising', delay_us: 0 },
    recipe: { keep: { ok: 'files', ng: 'photo' }, late_after_ms: 1000, read_code: false },
    enabled: true,
  });
});

test('what is sent shows in the form again', () => {
  const sent = inputOf(form({ source: 'software', x: '8', y: '0', width: '640', height: '480', model: 'belt@3', threshold: '1,5', align: true, late: '250' }));
  expect(sent.trigger).toEqual({ source: 'software' });
  expect(sent.recipe).toMatchObject({ region: { x: 8, y: 0, width: 640, height: 480 }, model: 'belt@3', threshold: 1.5, align: true, late_after_ms: 250 });
  const again = stationForm({ ...sent, recipe_version: 1 } as unknown as Station);
  expect(inputOf({ ...again })).toEqual(sent);
});

test('a region is whole or none, and no smaller than is judged', () => {
  expect(regionOf(form())).toBeNull();
  expect(regionOf(form({ x: '0', y: '0', width: '32', height: '32' }))).toEqual({ x: 0, y: 0, width: 32, height: 32 });
  for (const height of ['', '31', '-1', '40.5', 'all']) expect(regionOf(form({ x: '0', y: '0', width: '64', height })), height).toBeUndefined();
});

test('fields that want numbers say so', () => {
  expect(wrongFields(form({ threshold: '', delay: '0' }))).toEqual([]);
  expect(wrongFields(form({ threshold: 'high', delay: '', late: 'soon', x: '4' }))).toEqual(['delay', 'threshold', 'late', 'height']);
  expect(wrongFields(form({ source: 'software', delay: '' }))).toEqual([]);
});
