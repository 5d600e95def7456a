// Settings in words: what each does, and its value as people write it.
import type { Setting } from '../api/client';
import { currentLocale, text } from '../strings';
import { asSize } from './bytes';

export function valueOf(name: string, value: Setting['value']): string {
  const words = text.administration.settings;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (Array.isArray(value)) return value.join(', ') || words.nothing;
  if (typeof value === 'number') return name.endsWith('_bytes') ? asSize(value) : value.toLocaleString(currentLocale());
  return value || words.nothing;
}

// The server's own words stand in for a setting that these pages do not know yet.
export const meaningOf = (setting: Setting): string => text.administration.settings.what[setting.name] ?? setting.words;

export const environmentOf = (name: string): string => `SIGHTGLASS_${name.replace('.', '_').toUpperCase()}`;

// In the order they came, gathered by what stands before the point.
export function bySection(settings: readonly Setting[]): { name: string; settings: Setting[] }[] {
  const sections = new Map<string, Setting[]>();
  for (const setting of settings) {
    const name = setting.name.split('.')[0] ?? '';
    sections.set(name, [...(sections.get(name) ?? []), setting]);
  }
  return [...sections].map(([name, inside]) => ({ name, settings: inside }));
}
