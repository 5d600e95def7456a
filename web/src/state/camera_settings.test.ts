import { expect, test } from 'vitest';
import { changesOf, draggedRegion, formOf } from './camera_settings';

const settings = { exposure_ms: 5.00004, gain: 0, pixel_format: 'Mono8', region: { x: 0, y: 0, width: 640, height: 480 } };

test('what nobody changed is not sent, however it was rounded', () => {
  const form = formOf(settings);
  expect(form.exposure).toBe('5');
  expect(changesOf({ ...form }, form)).toEqual({});
});

test('what was changed is sent, and no exposure beside an automatic one', () => {
  const form = formOf(settings);
  expect(changesOf({ ...form, exposure: '7.5', gain: '3' }, form)).toEqual({ exposure_ms: 7.5, gain: 3 });
  expect(changesOf({ ...form, exposure: '7.5', auto: true }, form)).toEqual({ auto_exposure: true });
  expect(changesOf({ ...form, width: '320' }, form)).toEqual({ region: { x: 0, y: 0, width: 320, height: 480 } });
});

test('what is no number, and no region, is left out', () => {
  const form = formOf(settings);
  expect(changesOf({ ...form, exposure: 'long', x: '' }, form)).toEqual({ exposure_ms: undefined, region: undefined });
});

test('a dragged region lies on the sensor in whole steps, whichever way it was dragged', () => {
  const shown = { x: 100, y: 50, width: 800, height: 600 };
  const region = draggedRegion({ x: 0.5, y: 0.5 }, { x: 0.25, y: 0.3 }, shown, 8);
  expect(region).toEqual({ x: 296, y: 224, width: 200, height: 120 });
  expect(draggedRegion({ x: 0.5, y: 0.5 }, { x: 0.5, y: 0.5 }, shown, 8)).toEqual({ x: 496, y: 344, width: 8, height: 8 });
});
