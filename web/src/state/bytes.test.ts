import { describe, expect, it } from 'vitest';
import { asSize } from './bytes';

describe('an amount of storage', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [12_345_678, '12.3 MB'],
    [67_108_864, '67.1 MB'],
    [5e15, '5 PB'],
  ])('%d is %s', (bytes, words) => expect(asSize(bytes)).toBe(words));
});
