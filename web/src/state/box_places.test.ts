import { describe, expect, it } from 'vitest';
import { insidePicture, isSamePlace, nudged, toOriginal } from './box_places';
import { turned } from './photo_marks';

const box = { x: 0.25, y: 0.5, width: 0.5, height: 0.25 };

describe('a box', () => {
  it('is kept in pixels of the upright original, whichever way the picture is turned', () => {
    const upright = { x: 100, y: 100, width: 200, height: 50 };
    expect(toOriginal(box, { width: 400, height: 200, rotation: 0 })).toEqual(upright);
    for (const rotation of [90, 180, 270] as const) {
      const shown = rotation === 180 ? { width: 400, height: 200 } : { width: 200, height: 400 };
      expect(toOriginal(turned(box, rotation), { ...shown, rotation }), String(rotation)).toEqual(upright);
    }
  });

  it('never reaches out of the picture, and never is nothing', () => {
    expect(insidePicture({ x: -0.1, y: 0.9, width: 0.3, height: 0.3 })).toMatchObject({ x: 0, y: 0.9, width: expect.closeTo(0.2), height: expect.closeTo(0.1) });
    const far = insidePicture({ x: 2, y: 2, width: 1, height: 1 });
    expect(far.x + far.width).toBeLessThanOrEqual(1);
    expect(far.width).toBeGreaterThan(0);
  });

  it('is moved and resized by keys, and stays in the picture', () => {
    expect(nudged(box, 0.01, 0, false)).toMatchObject({ x: 0.26, width: 0.5 });
    expect(nudged(box, 0, 0.9, false)).toMatchObject({ y: 0.75, height: 0.25 });
    expect(nudged(box, 0, 0.9, true)).toMatchObject({ y: 0.5, height: 0.5 });
    expect(nudged(box, -0.9, 0, true).width).toBeGreaterThan(0);
  });

  it('is the same where a hand has only touched it', () => {
    expect(isSamePlace(box, { ...box, x: 0.2501 })).toBe(true);
    expect(isSamePlace(box, { ...box, x: 0.26 })).toBe(false);
  });
});
