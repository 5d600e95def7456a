// Where boxes lie: on the picture as it is shown, in shares, and on the upright original, in pixels.
import type { Photo } from '../api/client';
import { turned, type Place } from './photo_marks';

export interface PlacedBox extends Place {
  id: string;
}
export type ShownPhoto = Pick<Photo, 'width' | 'height' | 'rotation'>;

const least = 0.004; // of a side: smaller than a finger can mean
const sides = ['x', 'y', 'width', 'height'] as const;

export const isSamePlace = (one: Place, other: Place): boolean => sides.every((side) => Math.abs(one[side] - other[side]) < 0.0005);

// The part of it that lies in the picture, and never nothing.
export function insidePicture({ x, y, width, height }: Place): Place {
  const [left, top] = [Math.min(1 - least, Math.max(0, x)), Math.min(1 - least, Math.max(0, y))];
  const [right, bottom] = [Math.min(1, x + width), Math.min(1, y + height)];
  return { x: left, y: top, width: Math.max(least, right - left), height: Math.max(least, bottom - top) };
}

// Moved, or with `isResizing` its lower right corner; by shares of the picture's sides.
export function nudged(place: Place, right: number, down: number, isResizing: boolean): Place {
  if (isResizing) return insidePicture({ ...place, width: Math.max(least, place.width + right), height: Math.max(least, place.height + down) });
  const x = Math.min(1 - place.width, Math.max(0, place.x + right));
  const y = Math.min(1 - place.height, Math.max(0, place.y + down));
  return { ...place, x, y };
}

const toTenth = (value: number) => Math.round(value * 10) / 10;

// As the server keeps it, whichever way the picture is turned.
export function toOriginal(place: Place, { width, height, rotation }: ShownPhoto): Place {
  const box = turned({ x: place.x, y: place.y, width: place.width, height: place.height }, (360 - rotation) % 360);
  const [across, down] = rotation % 180 === 0 ? [width, height] : [height, width];
  return { x: toTenth(box.x * across), y: toTenth(box.y * down), width: toTenth(box.width * across), height: toTenth(box.height * down) };
}
