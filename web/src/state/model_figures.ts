// What was measured of models, as rows of a table that hold one figure of each. Whoever trains models elsewhere writes what
// they like into their figures: what is not known here is shown under its own name.
import { currentLocale, text } from '../strings';
import { asMoment } from './times';

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const shares = new Set(['recall', 'accuracy', 'known', 'known_and_wrong', 'false_rejects.asked', 'recall_interval', 'accuracy_interval', 'false_rejects.promised', 'false_rejects.measured']);
const order = ['examples', 'auroc', 'average_precision', 'accuracy', 'accuracy_interval', 'recall', 'recall_interval', 'threshold', 'false_rejects.asked', 'false_rejects.promised', 'false_rejects.rejected', 'false_rejects.of', 'false_rejects.measured', 'false_rejects.inside', 'known', 'known_and_wrong', 'calibration_error'];
const apart = new Set(['precision_recall', 'calibration', 'confusion', 'current', 'current_model_id']); // shown otherwise, or of another model

const number = (value: number) => value.toLocaleString(currentLocale(), { maximumFractionDigits: 3 });
const percent = (value: number) => value.toLocaleString(currentLocale(), { style: 'percent', maximumFractionDigits: 1 });
const isInterval = (value: Fields): value is { least: number; most: number } => typeof value.least === 'number' && typeof value.most === 'number' && Object.keys(value).length === 2;

function wordsOf(key: string, value: unknown): string {
  if (value === null) return text.models.notMeasured;
  if (typeof value === 'number') return shares.has(key) ? percent(value) : number(value);
  if (typeof value === 'boolean') return value ? text.models.yes : text.models.no;
  if (Array.isArray(value)) return text.models.values(value.length);
  if (key === 'measured_at' && typeof value === 'string' && Number.isFinite(Date.parse(value))) return asMoment(value);
  return String(value);
}

function flat(fields: Fields, prefix: string): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]): [string, string][] => {
    const key = prefix + name;
    if (apart.has(key)) return [];
    if (!isFields(value)) return [[key, wordsOf(key, value)]];
    return isInterval(value) ? [[key, text.models.between(wordsOf(key, value.least), wordsOf(key, value.most))]] : flat(value, `${key}.`);
  });
}

// The figures of one model, by their key. A trained one tells of pictures that nothing was learnt of.
export function figuresOf(metrics: Fields): Map<string, string> {
  const { held_out: heldOut, ...others } = metrics;
  return new Map([...(isFields(heldOut) ? flat(heldOut, '') : []), ...flat(others, '')]);
}

export interface FigureRow {
  key: string;
  words: string;
  values: readonly (string | null)[]; // of each model; null where it says nothing of it
}

export function figureRows(models: readonly { metrics: Fields }[]): FigureRow[] {
  const each = models.map(({ metrics }) => figuresOf(metrics));
  const keys = [...new Set(each.flatMap((figures) => [...figures.keys()]))];
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  keys.sort((one, other) => rank(one) - rank(other) || one.localeCompare(other));
  return keys.map((key) => ({ key, words: text.models.figures[key] ?? key, values: each.map((figures) => figures.get(key) ?? null) }));
}
