// The map's view and boxes as values: how the address line holds them, and clusters that would cover one another.
import type { components } from '../api/schema';
import { text } from '../strings';

export type Cluster = components['schemas']['PhotoCluster'];
export type Box = [west: number, south: number, east: number, north: number]; // degrees; west > east: over the 180° meridian
export interface View {
  latitude: number;
  longitude: number;
  zoom: number;
}

export const closestZoom = 19;
export const world: Box = [-180, -90, 180, 90];

const numbersIn = (words: string): number[] => (words ? words.split(',').map((word) => (word.trim() ? Number(word) : NaN)) : []);
const within = (value: number, most: number) => Math.abs(value) <= most; // false for NaN

export function viewOf(words: string): View | null {
  const [latitude = NaN, longitude = NaN, zoom = NaN, ...rest] = numbersIn(words);
  if (rest.length || !within(latitude, 90) || !within(longitude, 180) || !(zoom >= 0 && zoom <= closestZoom)) return null;
  return { latitude, longitude, zoom };
}
// Five digits are about a metre.
export const wordsOfView = (view: View): string => `${shortened(view.latitude)},${shortened(easternOf(view.longitude))},${shortened(view.zoom)}`;
const shortened = (value: number) => Number(value.toFixed(5));

export function boxOf(words: string): Box | null {
  const [west = NaN, south = NaN, east = NaN, north = NaN, ...rest] = numbersIn(words);
  const isBox = !rest.length && within(west, 180) && within(east, 180) && within(south, 90) && within(north, 90) && south <= north;
  return isBox ? [west, south, east, north] : null;
}
export const wordsOfBox = (box: readonly number[]): string => box.join(',');

// The map goes round the world: any longitude as one from −180 to 180.
export const easternOf = (longitude: number): number => (longitude >= -180 && longitude <= 180 ? longitude : ((((longitude + 180) % 360) + 360) % 360) - 180);

// What a window of the map shows, which may be wider than the world.
export function boxOfWindow(west: number, south: number, east: number, north: number): Box {
  const [lowest, highest] = [Math.max(south, -90), Math.min(north, 90)];
  if (east - west >= 360) return [-180, lowest, 180, highest];
  return [easternOf(west), lowest, easternOf(east), highest];
}

// The same place on the copy of the world that is nearest to `centre`.
export const nearest = (longitude: number, centre: number): number => longitude + Math.round((centre - longitude) / 360) * 360;

export function around(boxes: readonly (readonly number[])[]): Box | null {
  if (!boxes.length) return null;
  const edge = (index: number, most: (...values: number[]) => number) => boxes.map((box) => box[index] ?? 0).reduce((one, other) => most(one, other));
  return [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)];
}

// Clusters nearer than `distance` pixels to a larger one are counted with it. `at` tells where on the screen one lies.
export function merged(clusters: readonly Cluster[], at: (cluster: Cluster) => { x: number; y: number }, distance: number): Cluster[] {
  const kept: { cluster: Cluster; x: number; y: number }[] = [];
  for (const cluster of [...clusters].sort((one, other) => other.count - one.count)) {
    const { x, y } = at(cluster);
    const near = kept.find((one) => Math.hypot(one.x - x, one.y - y) < distance);
    if (!near) kept.push({ cluster, x, y });
    else near.cluster = { ...near.cluster, count: near.cluster.count + cluster.count, bbox: [...around([near.cluster.bbox, cluster.bbox])!] };
  }
  // As people read, so that Tab goes over the map line by line.
  return kept.sort((one, other) => one.y - other.y || one.x - other.x).map((one) => one.cluster);
}

export function placeWords(latitude: number, longitude: number): string {
  const { north, south, east, west } = text.map.compass;
  const degrees = (value: number) => `${Math.abs(value).toFixed(2)}°`;
  return `${degrees(latitude)} ${latitude < 0 ? south : north}, ${degrees(longitude)} ${longitude < 0 ? west : east}`;
}

export function boxWords(words: string): string {
  const box = boxOf(words);
  if (!box) return words;
  const east = box[0] > box[2] ? box[2] + 360 : box[2];
  return placeWords((box[1] + box[3]) / 2, easternOf((box[0] + east) / 2));
}

// Addresses inside a plain text as links; anything else stays text.
export function linkedParts(words: string): { words: string; href?: string }[] {
  return words
    .split(/(https:\/\/[^\s<>"]+)/)
    .filter((part) => part.trim() !== '')
    .map((part) => (part.startsWith('https://') ? { words: part.replace(/^https:\/\/(www\.)?/, ''), href: part } : { words: part.trim() }));
}
