import { describe, expect, it } from 'vitest';
import { marksOf } from './photo_marks';

const size = { width: 400, height: 200, rotation: 0 };
const marks = (objects: unknown[], text: unknown[] = []) => marksOf({ objects, text }, size);

describe('the boxes of an analysis', () => {
  it('are read in pixels, as a list or by name', () => {
    expect(marks([{ label: 'valve', confidence: 0.9, box: [100, 50, 200, 100] }])).toEqual([{ kind: 'object', words: 'valve', confidence: 0.9, x: 0.25, y: 0.25, width: 0.5, height: 0.5 }]);
    expect(marks([], [{ text: '042', bbox: { x: 0, y: 0, width: 40, height: 20 } }])).toEqual([{ kind: 'text', words: '042', confidence: null, x: 0, y: 0, width: 0.1, height: 0.1 }]);
  });

  it('are read as shares of the picture when no number is above one', () => {
    expect(marks([{ name: 'crack', score: 1, box: [0.5, 0.5, 0.5, 0.25] }])[0]).toMatchObject({ x: 0.5, width: 0.5, height: 0.25 });
  });

  it('are left out when they have no place in the picture', () => {
    const wrong = [null, 'valve', {}, { box: [1, 2, 3] }, { box: [1, 2, 'x', 4] }, { box: [0, 0, 0, 9] }, { box: [500, 0, 9, 9] }, { box: [0, 0, NaN, 9] }];
    expect(marks(wrong)).toEqual([]);
    expect(marksOf(null, size)).toEqual([]);
    expect(marksOf({ objects: [{ box: [0, 0, 1, 1] }], text: [] }, { width: 0, height: 0, rotation: 0 })).toEqual([]);
  });

  it('turn with the picture', () => {
    const found = { objects: [{ label: 'valve', box: [100, 50, 200, 50] }], text: [] };
    const at = (rotation: number) => marksOf(found, { ...(rotation % 180 ? { width: 200, height: 400 } : size), rotation })[0];
    expect(at(90)).toMatchObject({ x: 0.5, y: 0.25, width: 0.25, height: 0.5 });
    expect(at(180)).toMatchObject({ x: 0.25, y: 0.5, width: 0.5, height: 0.25 });
    expect(at(270)).toMatchObject({ x: 0.25, y: 0.25, width: 0.25, height: 0.5 });
  });
});
