// The form of a camera's settings: texts that people type, and what of them differs from what is in force.
import type { Camera, CameraSettings } from '../api/client';

export type Status = NonNullable<Camera['status']>;
export type Capabilities = NonNullable<Status['capabilities']>;
export type Region = NonNullable<CameraSettings['region']>;

export interface SettingsForm {
  exposure: string;
  auto: boolean;
  gain: string;
  blackLevel: string;
  frameRate: string;
  binning: string;
  format: string;
  x: string;
  y: string;
  width: string;
  height: string;
}

const asText = (value: number | undefined) => (value === undefined ? '' : String(Number(value.toFixed(4))));

export function formOf(settings: CameraSettings): SettingsForm {
  const { region } = settings;
  return {
    exposure: asText(settings.exposure_ms),
    auto: settings.auto_exposure ?? false,
    gain: asText(settings.gain),
    blackLevel: asText(settings.black_level),
    frameRate: asText(settings.frame_rate),
    binning: asText(settings.binning),
    format: settings.pixel_format ?? '',
    x: asText(region?.x),
    y: asText(region?.y),
    width: asText(region?.width),
    height: asText(region?.height),
  };
}

const numberOf = (text: string): number | undefined => (text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text));

function regionOf(form: SettingsForm): Region | undefined {
  const [x, y, width, height] = [form.x, form.y, form.width, form.height].map((text) => Math.round(numberOf(text) ?? -1)) as [number, number, number, number];
  return Math.min(x, y, width, height) < 0 ? undefined : { x, y, width, height };
}

// What `form` says otherwise than `before`, the form as it was when the settings were read.
export function changesOf(form: SettingsForm, before: SettingsForm): CameraSettings {
  const changed: CameraSettings = {};
  const differs = (...fields: (keyof SettingsForm)[]) => fields.some((field) => form[field] !== before[field]);
  if (differs('auto')) changed.auto_exposure = form.auto;
  if (differs('exposure') && !form.auto) changed.exposure_ms = numberOf(form.exposure);
  if (differs('gain')) changed.gain = numberOf(form.gain);
  if (differs('blackLevel')) changed.black_level = numberOf(form.blackLevel);
  if (differs('frameRate')) changed.frame_rate = numberOf(form.frameRate);
  if (differs('binning')) changed.binning = numberOf(form.binning);
  if (differs('format')) changed.pixel_format = form.format;
  if (differs('x', 'y', 'width', 'height')) changed.region = regionOf(form);
  return changed;
}

export interface Share {
  x: number;
  y: number;
}

// The part of the sensor between two places of the live picture, which shows `shown` of it; in whole steps.
export function draggedRegion(from: Share, to: Share, shown: Region, step: number): Region {
  const down = (value: number) => Math.floor(value / step) * step;
  const x = down(shown.x + Math.min(from.x, to.x) * shown.width);
  const y = down(shown.y + Math.min(from.y, to.y) * shown.height);
  const width = Math.max(step, down(Math.abs(to.x - from.x) * shown.width));
  const height = Math.max(step, down(Math.abs(to.y - from.y) * shown.height));
  return { x, y, width, height };
}
