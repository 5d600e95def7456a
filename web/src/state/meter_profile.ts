// Where a meter is read: its parts, each a box on the reference photo as people see it, from the highest place to the lowest.
import type { Meter } from '../api/client';
import { isSamePlace, type PlacedBox } from './box_places';
import type { Place } from './photo_marks';

export type MeterProfile = Meter['profile'];
export type PartKind = NonNullable<MeterProfile['parts']>[number]['kind'];

export interface MeterPart extends PlacedBox {
  kind: PartKind;
  digits: number | null; // wheels in the row
  corners: number[][]; // as they were taught: a part that nobody moves keeps them, however they lie
}

const cornersOf = ({ x, y, width, height }: Place) => [[x, y], [x + width, y], [x + width, y + height], [x, y + height]];

function placeOf(corners: readonly (readonly number[])[]): Place {
  const across = corners.map((corner) => corner[0] ?? 0);
  const down = corners.map((corner) => corner[1] ?? 0);
  const [x, y] = [Math.min(...across), Math.min(...down)];
  return { x, y, width: Math.max(...across) - x, height: Math.max(...down) - y };
}

// Parts without a place, which are looked for in the whole picture, have no box.
export function partsOf(profile: MeterProfile): MeterPart[] {
  return (profile.parts ?? []).flatMap(({ kind, corners, digits }, place) => (corners?.length === 4 ? [{ id: `part-${place}`, kind, digits: digits ?? null, corners, ...placeOf(corners) }] : []));
}

// What else a profile says stays as it is.
export function profileOf(parts: readonly MeterPart[], before: MeterProfile): MeterProfile {
  const told = parts.map(({ kind, digits, corners, ...box }) => ({ kind, corners: isSamePlace(placeOf(corners), box) ? corners : cornersOf(box), ...(kind === 'wheels' && digits !== null && { digits }) }));
  return { ...before, parts: told };
}
export const newPart = (place: Place, kind: PartKind, id: string): MeterPart => ({ id, kind, digits: null, corners: cornersOf(place), ...place });
