// What the journal of a station is narrowed to, in the address line.
import type { LocationQuery } from 'vue-router';
import type { Trigger } from '../api/client';

export type JournalFilters = { verdict: string; state: string; image_id: string };

export const triggerStates: readonly Trigger['state'][] = ['received', 'judged', 'built', 'filed', 'failed', 'lost'];
const verdicts = ['OK', 'NG'] as const;

const oneOf = (value: LocationQuery[string] | undefined, known: readonly string[]) => known.find((one) => one === value) ?? '';

export function journalFilters(query: LocationQuery): JournalFilters {
  const id = query.image_id;
  return { verdict: oneOf(query.verdict, verdicts), state: oneOf(query.state, triggerStates), image_id: typeof id === 'string' ? id : '' };
}

export const narrowed = (filters: JournalFilters): Record<string, string> => Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''));
