// The form of a station: texts that people type, and what is sent of them.
import type { Recipe, Station, StationInput } from '../api/client';
import type { Region } from './camera_settings';

export interface StationForm {
  name: string;
  camera: string;
  source: string;
  line: string;
  edge: string;
  delay: string;
  x: string;
  y: string;
  width: string;
  height: string;
  model: string;
  threshold: string;
  align: boolean;
  keepOk: string;
  keepNg: string;
  late: string;
  readCode: boolean;
  enabled: boolean;
}

const asText = (value: number | null | undefined) => (value === undefined || value === null ? '' : String(value));

export function stationForm(station?: Station): StationForm {
  const { trigger, recipe } = station ?? { trigger: undefined, recipe: undefined };
  const region = recipe?.region;
  return {
    name: station?.name ?? '',
    camera: station?.camera_id ?? '',
    source: trigger?.source ?? 'line',
    line: trigger?.line ?? 'Line0',
    edge: trigger?.edge ?? 'rising',
    delay: asText(trigger?.delay_us ?? 0),
    x: asText(region?.x),
    y: asText(region?.y),
    width: asText(region?.width),
    height: asText(region?.height),
    model: recipe?.model ?? '',
    threshold: asText(recipe?.threshold),
    align: recipe?.align ?? false,
    keepOk: recipe?.keep?.ok ?? 'files',
    keepNg: recipe?.keep?.ng ?? 'photo',
    late: asText(recipe?.late_after_ms ?? 1000),
    readCode: recipe?.read_code ?? false,
    enabled: station?.enabled ?? true,
  };
}

// null: not a number. Commas are what people of many languages write.
const numberOf = (text: string): number | null => {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
};

const regionFields = ['x', 'y', 'width', 'height'] as const;

// Undefined: it is not one. Null: the whole frame.
export function regionOf(form: StationForm): Region | null | undefined {
  if (regionFields.every((field) => form[field].trim() === '')) return null;
  const [x, y, width, height] = regionFields.map((field) => numberOf(form[field])) as [number | null, number | null, number | null, number | null];
  if (x === null || y === null || width === null || height === null) return undefined;
  if (![x, y, width, height].every(Number.isInteger) || x < 0 || y < 0 || width < 32 || height < 32) return undefined;
  return { x, y, width, height };
}

// The fields that do not say a number where one is wanted, or no region.
export function wrongFields(form: StationForm): (keyof StationForm)[] {
  const wrong: (keyof StationForm)[] = [];
  if (form.source === 'line' && numberOf(form.delay) === null) wrong.push('delay');
  if (form.threshold.trim() && numberOf(form.threshold) === null) wrong.push('threshold');
  if (numberOf(form.late) === null) wrong.push('late');
  if (regionOf(form) === undefined) wrong.push('height');
  return wrong;
}

// Of a form without wrong fields.
export function inputOf(form: StationForm): StationInput {
  const region = regionOf(form);
  const model = form.model.trim();
  const threshold = numberOf(form.threshold);
  const recipe: Recipe = {
    ...(region && { region }),
    ...(model && { model, align: form.align }),
    ...(model && threshold !== null && { threshold }),
    keep: { ok: form.keepOk as 'files' | 'photo', ng: form.keepNg as 'files' | 'photo' },
    late_after_ms: numberOf(form.late) ?? 1000,
    read_code: form.readCode,
  };
  const trigger: StationInput['trigger'] =
    form.source === 'line' ? { source: 'line', line: form.line.trim(), edge: form.edge as 'rising' | 'falling', delay_us: numberOf(form.delay) ?? 0 } : { source: 'software' };
  return { name: form.name.trim(), camera_id: form.camera, trigger, recipe, enabled: form.enabled };
}
