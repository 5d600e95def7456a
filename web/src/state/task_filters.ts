// The tasks a page shows: the tabs by state, and what narrows them; all of it stands in the address line.
import type { LocationQuery } from 'vue-router';
import type { TaskCounts, TaskQueue, TaskState } from '../api/client';
import { momentOf } from './days';

// "waiting" gathers what has not begun, now or later.
export const tabs = {
  running: ['running'],
  waiting: ['available', 'scheduled'],
  retryable: ['retryable'],
  discarded: ['discarded'],
  cancelled: ['cancelled'],
  completed: ['completed'],
} as const satisfies Record<string, readonly TaskState[]>;

export type Tab = keyof typeof tabs;
export const tabNames = Object.keys(tabs) as Tab[];
export const queues: readonly TaskQueue[] = ['high_priority', 'normal', 'batch', 'ml_training'];
export const kinds = ['process_inspection_photo', 'batch_process_images', 'cleanup_old_images', 'generate_daily_analytics', 'prune_history'] as const;
// What errors are sorted by; the server knows further ones, which the address line may name.
export const codes = ['corrupt_image', 'unsupported_format', 'too_large', 'not_found', 'file_lost', 'invalid_input', 'permission_denied', 'timeout', 'worker_killed', 'lost', 'unavailable', 'internal'] as const;

export interface TaskFilters extends Record<string, string> {
  state: string; // a tab's name; all when empty
  queue: string;
  kind: string;
  photo: string;
  batch: string;
  code: string;
  q: string; // words
  from: string; // days of the viewer's
  to: string;
}

export function filtersOf(query: LocationQuery): TaskFilters {
  const one = (name: string) => String(query[name] ?? '');
  return { state: one('state'), queue: one('queue'), kind: one('kind'), photo: one('photo'), batch: one('batch'), code: one('code'), q: one('q'), from: one('from'), to: one('to') };
}

export const queryOf = (filters: TaskFilters): Record<string, string> =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value));

export interface Narrowing {
  queue?: TaskQueue;
  kind?: string;
  photo?: string;
  batch?: string;
  code?: string;
  q?: string;
  from?: string;
  to?: string;
}

const mostCharacters = 200; // of words that the server takes

// What narrows list and counts alike; nonsense in the address line is left out.
export function narrowing(filters: TaskFilters): Narrowing {
  const queue = queues.find((one) => one === filters.queue);
  const { kind, photo, batch, code } = filters;
  const q = [...filters.q.trim()].slice(0, mostCharacters).join('');
  const from = momentOf(filters.from, 0);
  const to = momentOf(filters.to, 1);
  return { ...(queue && { queue }), ...(kind && { kind }), ...(photo && { photo }), ...(batch && { batch }), ...(code && { code }), ...(q && { q }), ...(from && { from }), ...(to && { to }) };
}

export function statesOf(filters: TaskFilters): readonly TaskState[] {
  const tab = tabNames.find((one) => one === filters.state);
  return tab ? tabs[tab] : [];
}

export const countOf = (counts: TaskCounts, states: readonly TaskState[]): number => states.reduce((sum, state) => sum + counts[state], 0);
export const countAll = (counts: TaskCounts): number => tabNames.reduce((sum, tab) => sum + countOf(counts, tabs[tab]), 0);
