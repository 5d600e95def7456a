import { expect, test } from 'vitest';
import { wrongOf } from './image_id';

test('ids of parts are folders’ names as they stand', () => {
  for (const id of ['A', 'A-1', 'part 7', 'x_y.z', '0'.repeat(128), 'a..b', '-1']) expect(wrongOf(id), id).toBeNull();
  expect(wrongOf('')).toBe('empty');
  expect(wrongOf('0'.repeat(129))).toBe('long');
  for (const id of ['../A', 'A/B', 'A\\B', 'ä', '🙂', 'A\tB', 'A\u0000', 'A\u00a0B', 'A:B', 'A\n']) expect(wrongOf(id), id).toBe('characters');
  for (const id of ['.', '..', '.A']) expect(wrongOf(id), id).toBe('dot');
  for (const id of [' ', ' A', 'A ', 'A  B']) expect(wrongOf(id), id).toBe('spaces');
});
