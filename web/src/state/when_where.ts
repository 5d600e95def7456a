// Time and place as people type them, and as the server takes them.
import type { Photo, PhotoInput } from '../api/client';
import { text } from '../strings';

export interface WhenWhere {
  time: string; // of an input of the type datetime-local, in the viewer's zone
  latitude: string;
  longitude: string;
  altitude: string;
}
export type WhenWhereErrors = Partial<Record<keyof WhenWhere, string>>;

const two = (number: number) => String(number).padStart(2, '0');

export function asLocalInput(iso: string): string {
  const at = new Date(iso);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const asText = (number: number | null | undefined) => (number == null ? '' : String(number));

export const whenWhereOf = (photo: Photo): WhenWhere => ({
  time: asLocalInput(photo.taken_at),
  latitude: asText(photo.latitude),
  longitude: asText(photo.longitude),
  altitude: asText(photo.altitude),
});

// A decimal comma is understood; what is no number is NaN.
const numberOf = (words: string): number | null => (words.trim() === '' ? null : Number(words.trim().replace(',', '.').replace('−', '-')));
const isWithin = (number: number | null, least: number, most: number) => number === null || (number >= least && number <= most);

// Maps give "48.1375, 11.575" in one piece: typed or pasted as the latitude, it fills both.
export function splitPosition(words: string): { latitude: string; longitude: string } | null {
  const match = /^\s*([-−]?\d{1,2}(?:\.\d+)?)\s*[,;]\s*([-−]?\d{1,3}(?:\.\d+)?)\s*$/.exec(words);
  return match && /[.;]|, /.test(words) ? { latitude: match[1]!, longitude: match[2]! } : null;
}

// What changed, or what is wrong.
export function readWhenWhere(photo: Photo, typed: WhenWhere): { change: PhotoInput } | { errors: WhenWhereErrors } {
  const words = text.viewer.edit;
  const errors: WhenWhereErrors = {};
  const at = new Date(typed.time);
  const [latitude, longitude, altitude] = [numberOf(typed.latitude), numberOf(typed.longitude), numberOf(typed.altitude)];
  if (Number.isNaN(at.getTime())) errors.time = words.badTime;
  if (!isWithin(latitude, -90, 90)) errors.latitude = words.badLatitude;
  if (!isWithin(longitude, -180, 180)) errors.longitude = words.badLongitude;
  if (!isWithin(altitude, -12_000, 100_000)) errors.altitude = words.badAltitude;
  if ((latitude === null) !== (longitude === null)) errors[latitude === null ? 'latitude' : 'longitude'] ??= words.bothNeeded;
  if (latitude === null && altitude !== null) errors.altitude ??= words.bothNeeded;
  if (Object.keys(errors).length) return { errors };
  const isMoved = latitude !== (photo.latitude ?? null) || longitude !== (photo.longitude ?? null) || altitude !== (photo.altitude ?? null);
  // Fractions of a second are not typed: an untouched field is no change.
  const isOtherTime = typed.time !== asLocalInput(photo.taken_at);
  return { change: { ...(isOtherTime && { taken_at: at.toISOString() }), ...(isMoved && { latitude, longitude, altitude }) } };
}
