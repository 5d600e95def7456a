import { expect, test } from 'vitest';
import { codeSight } from './code_sight';

test('a code counts once while it is in sight, and again when it comes back', () => {
  const sight = codeSight();
  expect(sight.see([], 0)).toBeNull();
  expect(sight.see(['A'], 100)).toBe('A');
  expect(sight.see(['A'], 1500)).toBeNull();
  expect(sight.see([], 2500)).toBeNull();
  expect(sight.see(['A'], 3000)).toBeNull();
  expect(sight.see(['A', 'B'], 3500)).toBe('B');
  expect(sight.see([], 5000)).toBeNull();
  expect(sight.see([], 6000)).toBeNull();
  expect(sight.see(['A'], 9000)).toBe('A');
});

test('a device that looks seldom counts a code once all the same', () => {
  const sight = codeSight();
  expect(sight.see(['A'], 0)).toBe('A');
  expect(sight.see(['A'], 4000)).toBeNull();
  expect(sight.see([], 8000)).toBeNull();
  expect(sight.see(['A'], 12000)).toBeNull();
});
