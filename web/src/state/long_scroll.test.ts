import { describe, expect, it } from 'vitest';
import { boxHeight, boxPosition } from './long_scroll';

const length = 40_000_000;
const view = 900;

describe('a scroll box for a length that is too long', () => {
  it('is the length itself while that fits', () => {
    expect(boxHeight(5000)).toBe(5000);
    expect(boxPosition(4321, 5000, view)).toBe(4321);
  });

  it('stays short for long lengths, and reaches both their ends', () => {
    const box = boxHeight(length);
    expect(box).toBeLessThan(10_000_000);
    expect(boxPosition(0, length, view)).toBe(0);
    expect(boxPosition(length - view, length, view)).toBe(box - view);
  });

  it('goes pixel by pixel at the ends and never backwards', () => {
    expect(boxPosition(10_000, length, view)).toBe(10_000);
    const last = length - view;
    expect(boxPosition(last, length, view) - boxPosition(last - 10_000, length, view)).toBe(10_000);
    let before = -1;
    for (let y = 0; y <= last; y += 97_000) {
      const at = boxPosition(y, length, view);
      expect(at).toBeGreaterThan(before);
      before = at;
    }
  });

  it('leaves room to scroll on in both directions from the middle', () => {
    const at = boxPosition(length / 2, length, view);
    expect(at).toBeGreaterThan(900_000);
    expect(boxHeight(length) - at).toBeGreaterThan(900_000);
  });
});
