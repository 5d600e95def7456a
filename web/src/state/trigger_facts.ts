// A trigger as pairs of names and values; what is not known is left out.
import type { TriggerDetail } from '../api/client';
import { currentLocale, text } from '../strings';
import { asFigure } from './figures';
import { asClock, asMoment } from './times';

export interface Fact {
  name: string;
  value: string;
}

const milliseconds = (value: number) => text.stations.journalPart.milliseconds(value.toLocaleString(currentLocale(), { maximumFractionDigits: 1 }));
const after = (at: string | null, from: string) => (at === null ? '' : milliseconds(Date.parse(at) - Date.parse(from)));
const figure = (value: number | null) => (value === null ? '' : asFigure(value));
const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const wordsOf = (value: unknown): string => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value));

// {"network_ms": 90} as "network 90 ms"; settings as "exposure_ms 8".
function listed(value: unknown, names: Record<string, string> = {}): string {
  if (!isFields(value)) return '';
  const known = Object.entries(value).filter(([, one]) => one !== null && one !== '');
  return known.map(([name, one]) => `${names[name] ?? name} ${typeof one === 'number' && name in names ? milliseconds(one) : wordsOf(one)}`).join(', ');
}

export function factsOf(trigger: TriggerDetail): Fact[] {
  const { facts, states, times } = text.stations.journalPart;
  const { results } = trigger;
  const files = isFields(results.files) ? Object.values(results.files).filter((one) => typeof one === 'string').join(', ') : '';
  const rows: [string, string][] = [
    [facts.image_id, trigger.image_id ?? ''],
    [facts.name, trigger.name],
    [facts.state, states[trigger.state]],
    [facts.reason, trigger.reason],
    [facts.error, trigger.error],
    [facts.triggered, `${asMoment(trigger.triggered_at)} (${asClock(trigger.triggered_at)})`],
    [facts.judged, after(trigger.judged_at, trigger.triggered_at)],
    [facts.durable, after(trigger.durable_at, trigger.triggered_at)],
    [facts.times, listed(results.times, times)],
    [facts.score, figure(trigger.score)],
    [facts.threshold, figure(trigger.threshold)],
    [facts.model, trigger.model],
    [facts.recipe, String(trigger.recipe_version)],
    [facts.camera, [trigger.camera, trigger.serial].filter(Boolean).join(', ')],
    [facts.frame, String(trigger.frame_number)],
    [facts.settings, listed(trigger.settings)],
    [facts.node, trigger.node],
    [facts.folder, trigger.folder],
    [facts.files, files],
    [facts.superseded, trigger.superseded_at ? asMoment(trigger.superseded_at) : ''],
  ];
  return rows.filter(([, value]) => value !== '').map(([name, value]) => ({ name, value }));
}
