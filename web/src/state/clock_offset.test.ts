import { expect, test } from 'vitest';
import { offsetForm, offsetWords, secondsBetween, secondsOf } from './clock_offset';

test('an amount of time in parts is the same amount again', () => {
  for (const seconds of [0, 1, 59, 3600, -3600, 90_061, -31_536_000]) expect(secondsOf(offsetForm(seconds)), String(seconds)).toBe(seconds);
  expect(offsetForm(-90_061)).toEqual({ direction: 'earlier', days: '1', hours: '1', minutes: '1', seconds: '1' });
});

test('what is empty is nothing, and what is no whole number is refused', () => {
  const empty = { direction: 'earlier', days: '', hours: ' ', minutes: '', seconds: '' } as const;
  expect(Object.is(secondsOf(empty), 0)).toBe(true);
  expect(secondsOf({ ...empty, hours: '90' })).toBe(-324_000);
  for (const typed of ['1.5', '-1', 'one', '1234567890']) expect(secondsOf({ ...empty, minutes: typed }), typed).toBeNull();
});

test('one moment that the camera showed gives the amount, whatever the zone of the viewer does in between', () => {
  expect(secondsBetween('2026-03-29T01:30', '2026-03-29T03:30')).toBe(7200);
  expect(secondsBetween('1970-01-01T00:00', '2026-01-01T00:00')).toBe(1_767_225_600);
  expect(secondsBetween('2026-01-01T12:00:30', '2026-01-01T12:00')).toBe(-30);
  expect(secondsBetween('', '2026-01-01T00:00')).toBeNull();
});

test('the amount is told in words', () => {
  expect(offsetWords(0)).toBe('not corrected');
  expect(offsetWords(3723)).toBe('1 h 2 min 3 s later');
  expect(offsetWords(-172_800)).toBe('2 d earlier');
});
