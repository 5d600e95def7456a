import { describe, expect, it } from 'vitest';
import { monthsOf, placePhotos, placeSegments, segmentAt, shownRatio, verticalNeighbour, type Segment } from './photo_layout';

const measures = { width: 1000, rowHeight: 200, gap: 4, headHeight: 48 };

function segmentOf(ratios: number[], day = '2026-11-21'): Segment {
  return { day, count: ratios.length, ratio: ratios.reduce((sum, one) => sum + one, 0), cursor: null };
}
// A hundred pictures of mixed shapes, the same each time.
const mixed = Array.from({ length: 100 }, (_, i) => [1.333, 0.75, 1.5, 1, 3, 0.5][(i * 7) % 6]!);

describe('the layout of photos', () => {
  it('puts segments below one another, with a heading where a day begins', () => {
    const { placed, height } = placeSegments([segmentOf(mixed), segmentOf([1]), segmentOf([1], '2026-11-20')], measures);
    expect(placed.map((one) => one.isFirstOfDay)).toEqual([true, false, true]);
    expect(placed[0]!.rowsTop).toBe(48);
    expect(placed[1]!.top).toBe(placed[0]!.height);
    expect(placed[1]!.rowsTop).toBe(placed[1]!.top);
    expect(height).toBe(placed[2]!.top + placed[2]!.height);
  });

  it('fills every row of a long segment from edge to edge, at heights near the wanted one', () => {
    const { placed } = placeSegments([segmentOf(mixed)], measures);
    const places = placePhotos(mixed, placed[0]!, measures);
    expect(places).toHaveLength(mixed.length);
    expect(Math.abs(placed[0]!.rowHeight - 200)).toBeLessThan(20);
    for (let row = 0; row < placed[0]!.rows; row += 1) {
      const members = places.filter((place) => place.row === row);
      expect(members.length).toBeGreaterThan(0);
      const last = members[members.length - 1]!;
      expect(last.left + last.width).toBeCloseTo(1000, 6);
    }
    // How much of a picture is cut off by widening or narrowing it.
    const cut = places.map((place, i) => Math.abs(Math.log(place.width / placed[0]!.rowHeight / mixed[i]!)));
    expect(cut.sort((a, b) => a - b)[Math.floor(cut.length * 0.9)]).toBeLessThan(Math.log(1.5));
  });

  it('leaves a lone short row at its left and uncut', () => {
    const { placed } = placeSegments([segmentOf([1.5, 0.75])], measures);
    expect(placed[0]).toMatchObject({ rows: 1, rowHeight: 200, isFilled: false });
    expect(placePhotos([1.5, 0.75], placed[0]!, measures)).toEqual([
      { row: 0, left: 0, width: 300 },
      { row: 0, left: 304, width: 150 },
    ]);
  });

  it('keeps to the window on a phone, whatever the shapes', () => {
    const phone = { width: 358, rowHeight: 120, gap: 3, headHeight: 44 };
    for (const ratios of [[3], [3, 3], [0.5], mixed, [3, 0.5, 3]]) {
      const { placed } = placeSegments([segmentOf(ratios)], phone);
      for (const place of placePhotos(ratios, placed[0]!, phone)) {
        expect(place.left + place.width).toBeLessThanOrEqual(358.001);
        expect(place.width).toBeGreaterThan(20);
      }
    }
  });

  it('places what came although more or fewer photos were counted', () => {
    const { placed } = placeSegments([segmentOf(mixed)], measures);
    expect(placePhotos([], placed[0]!, measures)).toEqual([]);
    expect(placePhotos([1], placed[0]!, measures)).toHaveLength(1);
    const more = placePhotos([...mixed, 1, 1], placed[0]!, measures);
    expect(more).toHaveLength(102);
    expect(Math.max(...more.map((place) => place.row))).toBe(placed[0]!.rows - 1);
  });

  it('finds the segment at a height', () => {
    const { placed } = placeSegments([segmentOf(mixed), segmentOf(mixed, 'b'), segmentOf([1], 'c')], measures);
    expect(segmentAt(placed, -5)).toBe(0);
    expect(segmentAt(placed, placed[1]!.top)).toBe(1);
    expect(segmentAt(placed, placed[1]!.top - 1)).toBe(0);
    expect(segmentAt(placed, 1e9)).toBe(2);
    expect(segmentAt([], 0)).toBe(-1);
  });

  it('steps to the picture that stands nearest below', () => {
    const places = [
      { row: 0, left: 0, width: 500 },
      { row: 0, left: 504, width: 496 },
      { row: 1, left: 0, width: 200 },
      { row: 1, left: 204, width: 796 },
    ];
    expect(verticalNeighbour(places, 0, 1)).toBe(2);
    expect(verticalNeighbour(places, 1, 1)).toBe(3);
    expect(verticalNeighbour(places, 3, -1)).toBe(1);
    expect(verticalNeighbour(places, 0, -1)).toBe(-1);
    expect(verticalNeighbour(places, 9, 1)).toBe(-1);
  });

  it('cuts panoramas and strips, and takes what has no size for a square', () => {
    expect(shownRatio(9000, 300)).toBe(3);
    expect(shownRatio(100, 900)).toBe(0.5);
    expect(shownRatio(0, 0)).toBe(1);
  });

  it('knows where months begin', () => {
    const { placed } = placeSegments([segmentOf([1], '2026-11-21'), segmentOf([1], '2026-11-02'), segmentOf([1], '2026-09-30')], measures);
    expect(monthsOf(placed)).toEqual([
      { name: '2026-11', top: 0 },
      { name: '2026-09', top: placed[2]!.top },
    ]);
  });
});
