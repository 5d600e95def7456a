import { expect, test } from 'vitest';
import type { Trigger } from '../api/client';
import { hasPictures, isNameable, outcomeOf, toneFor } from './station_outcome';

const trigger = (id: string, told: Partial<Trigger>): Trigger => ({ id, state: 'judged', verdict: null, judged: true, image_id: null, ...told }) as Trigger;

test('a part is OK only where a model said so, and never by accident', () => {
  expect(outcomeOf(trigger('1', { verdict: 'OK' }))).toBe('ok');
  expect(outcomeOf(trigger('1', { verdict: 'OK', judged: false }))).toBe('unjudged');
  expect(outcomeOf(trigger('1', { verdict: 'NG', judged: false }))).toBe('ng');
  expect(outcomeOf(trigger('1', { state: 'failed', verdict: 'NG' }))).toBe('ng');
  expect(outcomeOf(trigger('1', { state: 'failed' }))).toBe('failed');
  expect(outcomeOf(trigger('1', { state: 'lost' }))).toBe('lost');
  expect(outcomeOf(trigger('1', { state: 'received' }))).toBe('judging');
});

test('each end is heard once, and of several that come together the worst', () => {
  const heard = new Set<string>();
  expect(toneFor([trigger('1', { state: 'received' })], heard)).toBeNull();
  expect(toneFor([trigger('1', { verdict: 'OK' })], heard)).toBe('ok');
  expect(toneFor([trigger('1', { verdict: 'OK', state: 'filed' })], heard)).toBeNull();
  expect(toneFor([trigger('3', { verdict: 'OK' }), trigger('2', { verdict: 'NG' }), trigger('1', { verdict: 'OK' })], heard)).toBe('ng');
  expect(toneFor([trigger('4', { state: 'lost' })], heard)).toBe('ng');
  expect([...heard]).toEqual(['1', '3', '2', '4']);
});

test('a part is named later once it is written, if it has no id', () => {
  expect(isNameable(trigger('1', { state: 'built' }))).toBe(true);
  expect(isNameable(trigger('1', { state: 'judged' }))).toBe(false);
  expect(isNameable(trigger('1', { state: 'filed', image_id: 'A-1' }))).toBe(false);
  expect(hasPictures(trigger('1', { state: 'lost' }))).toBe(false);
});
