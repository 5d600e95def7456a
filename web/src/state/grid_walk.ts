// Walks through the timeline by keyboard and marks ranges of it, over segments whose photos have not come yet.
import { placePhotos, nearestInRow, shownRatio, verticalNeighbour, type GridMeasures, type Layout, type Place } from './photo_layout';
import type { PhotoSelection, Spot } from './photo_selection';
import type { PhotoTimeline } from './photo_timeline';

export type Direction = 'left' | 'right' | 'up' | 'down';

export const isBefore = (a: Spot, b: Spot): boolean => a.segment < b.segment || (a.segment === b.segment && a.index < b.index);

export function useGridWalk(timeline: PhotoTimeline, selection: PhotoSelection, layout: () => Layout, measures: () => GridMeasures) {
  async function placesOf(segment: number): Promise<Place[]> {
    const placed = layout().placed[segment];
    if (!placed) return [];
    const photos = await timeline.load(segment);
    return placePhotos(photos.map((one) => shownRatio(one.display_width, one.display_height)), placed, measures());
  }

  async function sideways(from: Spot, by: 1 | -1): Promise<Spot | null> {
    const here = await placesOf(from.segment);
    if (here[from.index + by]) return { segment: from.segment, index: from.index + by };
    const segment = from.segment + by;
    const there = await placesOf(segment);
    return there.length ? { segment, index: by > 0 ? 0 : there.length - 1 } : null;
  }

  async function upOrDown(from: Spot, by: 1 | -1): Promise<Spot | null> {
    const here = await placesOf(from.segment);
    const near = verticalNeighbour(here, from.index, by);
    if (near >= 0) return { segment: from.segment, index: near };
    const segment = from.segment + by;
    const there = await placesOf(segment);
    const place = here[from.index];
    if (!place || !there.length) return null;
    const row = by > 0 ? 0 : there[there.length - 1]!.row;
    return { segment, index: nearestInRow(there, row, place.left + place.width / 2) };
  }

  return {
    // null at the edge of all photos.
    step: (from: Spot, direction: Direction): Promise<Spot | null> =>
      direction === 'left' ? sideways(from, -1) : direction === 'right' ? sideways(from, 1) : direction === 'up' ? upOrDown(from, -1) : upOrDown(from, 1),

    // The rows' top and height of a photo in the whole length.
    async reachOf(spot: Spot): Promise<{ top: number; height: number } | null> {
      const placed = layout().placed[spot.segment];
      const place = (await placesOf(spot.segment))[spot.index];
      if (!placed || !place) return null;
      return { top: placed.rowsTop + place.row * (placed.rowHeight + measures().gap), height: placed.rowHeight };
    },

    // All from one to the other, in whichever order; false when no more could be left out of "all".
    async markRange(one: Spot, other: Spot, isMarked: boolean): Promise<boolean> {
      const [from, to] = isBefore(one, other) ? [one, other] : [other, one];
      for (let segment = from.segment; segment <= to.segment; segment += 1) {
        const photos = await timeline.load(segment);
        const first = segment === from.segment ? from.index : 0;
        const last = segment === to.segment ? to.index : photos.length - 1;
        if (!selection.set(photos.slice(first, last + 1).map((photo) => photo.id), isMarked)) return false;
      }
      return true;
    },
  };
}
