// The part of a source's ledger that is shown: a tab by state, and what narrows it; all of it stands in the address line.
import type { LocationQuery } from 'vue-router';
import type { SourceCounts, SourceFileQuery } from '../api/client';

export const fileStates = ['seen', 'fetched', 'stored', 'skipped', 'failed'] as const;
export type FileState = (typeof fileStates)[number];
// Beside the states, in the order of the tabs: '' is all of them.
export const fileTabs = ['', 'failed', 'given_up', 'seen', 'fetched', 'stored', 'skipped'] as const;
export type FileTab = (typeof fileTabs)[number];

export const fileReasons = [
  'being_written', 'not_a_picture', 'too_large', 'same_bytes', 'unreadable', 'gone', 'refused', 'wrong_length', 'timeout', 'unreachable', 'server_error', 'skipped_by_person', 'other',
] as const;
export type FileReason = (typeof fileReasons)[number];

export interface FileFilters extends Record<string, string> {
  state: string; // a state
  given_up: string; // "true": of the failed ones
  reason: string;
  q: string; // part of the name
  run: string; // an id
}

const one = (value: LocationQuery[string] | undefined) => (typeof value === 'string' ? value : '');
const mostCharacters = 200; // of a name that is looked for

// Nonsense in the address line is left out.
export function filtersOf(query: LocationQuery): FileFilters {
  return {
    state: fileStates.find((name) => name === query.state) ?? '',
    given_up: query.given_up === 'true' ? 'true' : '',
    reason: fileReasons.find((name) => name === query.reason) ?? '',
    q: [...one(query.q)].slice(0, mostCharacters).join(''),
    run: /^[0-9a-f-]{36}$/.test(one(query.run)) ? one(query.run) : '',
  };
}

export const queryOf = (filters: FileFilters): Record<string, string> => Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''));

export const tabOf = ({ state, given_up: isGivenUp }: FileFilters): FileTab => (isGivenUp ? 'given_up' : (state as FileTab));
export const inTab = (filters: FileFilters, tab: FileTab): FileFilters => ({ ...filters, state: tab === 'given_up' ? '' : tab, given_up: tab === 'given_up' ? 'true' : '' });

export function requestOf({ state, given_up: isGivenUp, reason, q, run }: FileFilters): SourceFileQuery {
  return {
    ...(isGivenUp ? { given_up: true } : state && { state: state as FileState }),
    ...(reason && { reason: reason as FileReason }),
    ...(q.trim() && { q: q.trim() }),
    ...(run && { run }),
  };
}

export const countOf = (counts: SourceCounts, tab: FileTab): number => (tab === '' ? fileStates.reduce((sum, state) => sum + counts[state], 0) : counts[tab]);
