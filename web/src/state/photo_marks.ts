// What an analysis found in a picture, as boxes to be drawn over it. Models differ in what they tell, so the reading is
// forgiving: whatever has no place in the picture is left out.
import type { Finding } from '../api/client';

export interface Place {
  x: number; // of the upper left corner, as a share of the picture's width
  y: number;
  width: number;
  height: number;
}

export interface Mark extends Place {
  kind: 'object' | 'text' | 'finding' | 'other'; // 'finding' is the one that a person decides on
  words: string;
  confidence: number | null; // 0 … 1
}

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function numbersOf(box: unknown): number[] | null {
  const values = isFields(box) ? [box.x, box.y, box.width, box.height] : box;
  return Array.isArray(values) && values.length === 4 && values.every(isNumber) ? values : null;
}

// [x, y, width, height] in pixels of the upright original, or as shares of it when no number is above one.
function placeOf(box: unknown, size: { width: number; height: number }): Place | null {
  const values = numbersOf(box);
  if (!values) return null;
  const isShare = values.every((value) => value <= 1);
  const [across, down] = isShare ? [1, 1] : [size.width, size.height];
  const [x, y, width, height] = [values[0]! / across, values[1]! / down, values[2]! / across, values[3]! / down];
  return width > 0 && height > 0 && x < 1 && y < 1 && x + width > 0 && y + height > 0 ? { x, y, width, height } : null;
}

function readMarks(kind: Mark['kind'], found: readonly unknown[], size: { width: number; height: number }): Mark[] {
  return found.filter(isFields).flatMap((one) => {
    const place = placeOf(one.box ?? one.bbox, size);
    const words = [one.label, one.name, one.text].find((value) => typeof value === 'string');
    const confidence = [one.confidence, one.score].find(isNumber) ?? null;
    return place ? [{ kind, words: typeof words === 'string' ? words : '', confidence, ...place }] : [];
  });
}

// A box in shares of the picture, where it lies when that is turned clockwise.
export function turned<Box extends Place>(box: Box, rotation: number): Box {
  const { x, y, width, height } = box;
  if (rotation === 90) return { ...box, x: 1 - y - height, y: x, width: height, height: width };
  if (rotation === 180) return { ...box, x: 1 - x - width, y: 1 - y - height };
  if (rotation === 270) return { ...box, x: y, y: 1 - x - width, width: height, height: width };
  return box;
}

// `shown` is the picture as it is shown, turned by a person; boxes tell of it before that.
export function marksOf(analysis: { objects: readonly unknown[]; text: readonly unknown[] } | null, shown: { width: number; height: number; rotation: number }): Mark[] {
  if (!analysis || shown.width <= 0 || shown.height <= 0) return [];
  const upright = shown.rotation % 180 === 0 ? shown : { width: shown.height, height: shown.width };
  return [...readMarks('object', analysis.objects, upright), ...readMarks('text', analysis.text, upright)].map((mark) => turned(mark, shown.rotation));
}

// Findings with a place, as they lie on the picture that is shown; `words` says what each is.
export function marksOfFindings(findings: readonly { finding: Finding; kind: Mark['kind']; words: string }[], rotation: number): Mark[] {
  return findings.flatMap(({ finding, kind, words }) => {
    const place = finding.relative;
    return place ? [turned({ kind, words, confidence: finding.by_person ? null : finding.confidence, x: place.x, y: place.y, width: place.width, height: place.height }, rotation)] : [];
  });
}

const isSame = (one: Place, other: Place) => (['x', 'y', 'width', 'height'] as const).every((side) => Math.abs(one[side] - other[side]) < 0.01);
// What was found stands for the object that it was found by: one box, not two with the same words.
export const withoutFound = (marks: readonly Mark[], findings: readonly Mark[]): Mark[] => marks.filter((mark) => !findings.some((one) => isSame(one, mark)));
