// The settings of each kind of output, as docs/stations.md lists them: texts that people type, and what is sent of them.
import type { Output } from '../api/client';

export type OutputKind = Output['kind'];
export const outputKinds: readonly OutputKind[] = ['webhook', 'mqtt', 'modbus', 'line'];

export interface SettingField {
  name: string;
  kind: 'text' | 'whole' | 'switch' | 'verdict';
  usual?: string; // what stands in a new form
  least?: number;
  most?: number;
  isOptional?: boolean; // empty: it is not sent
}

const port = (usual: string): SettingField => ({ name: 'port', kind: 'whole', usual, least: 1, most: 65_535 });
const coil = (name: string): SettingField => ({ name, kind: 'whole', least: 0, most: 65_535, isOptional: true });

export const settingFields: Record<OutputKind, readonly SettingField[]> = {
  webhook: [{ name: 'url', kind: 'text' }],
  mqtt: [
    { name: 'host', kind: 'text' },
    port('1883'),
    { name: 'tls', kind: 'switch' },
    { name: 'username', kind: 'text', isOptional: true },
    { name: 'topic', kind: 'text', isOptional: true },
    { name: 'qos', kind: 'whole', usual: '1', least: 0, most: 2 },
  ],
  modbus: [
    { name: 'host', kind: 'text' },
    port('502'),
    { name: 'unit', kind: 'whole', usual: '1', least: 0, most: 255 },
    coil('ok_coil'),
    coil('ng_coil'),
    { name: 'pulse_ms', kind: 'whole', usual: '500', least: 0, most: 10_000 },
  ],
  line: [
    { name: 'line', kind: 'text', usual: 'Line1' },
    { name: 'on', kind: 'verdict', usual: 'NG' },
    { name: 'pulse_ms', kind: 'whole', usual: '500', least: 1, most: 10_000 },
  ],
};

export type SettingTexts = Record<string, string>; // of switches "1" or ""

export function textsOf(kind: OutputKind, settings: Record<string, unknown> = {}): SettingTexts {
  return Object.fromEntries(
    settingFields[kind].map(({ name, kind: of, usual }) => {
      const value = settings[name];
      if (of === 'switch') return [name, value === true ? '1' : ''];
      if (value === undefined || value === null) return [name, Object.keys(settings).length ? '' : (usual ?? '')];
      return [name, String(value)];
    }),
  );
}

const isWhole = (text: string, { least = 0, most = Number.MAX_SAFE_INTEGER }: SettingField) =>
  /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;

// Numbers that are none, or beyond their bounds. The server looks at the rest.
export const wrongSettings = (kind: OutputKind, texts: SettingTexts): SettingField[] =>
  settingFields[kind].filter((field) => {
    const text = texts[field.name] ?? '';
    return field.kind === 'whole' && !(text.trim() === '' && (field.isOptional || field.usual)) && !isWhole(text, field);
  });

export function settingsOf(kind: OutputKind, texts: SettingTexts): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const { name, kind: of } of settingFields[kind]) {
    const text = (texts[name] ?? '').trim();
    if (of === 'switch') settings[name] = text !== '';
    else if (text !== '') settings[name] = of === 'whole' ? Number(text) : text;
  }
  return settings;
}

export const takesSecret = (kind: OutputKind): boolean => kind === 'webhook' || kind === 'mqtt';
