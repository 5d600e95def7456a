// The tasks a page shows: the tabs by state, and what narrows them; all of it stands in the address line.
import type { LocationQuery } from 'vue-router';
import type { TaskCounts, TaskQueue, TaskState } from '../api/client';

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
export const kinds = ['process_inspection_photo', 'batch_process_images'] as const;

export interface TaskFilters extends Record<string, string> {
  state: string; // a tab's name; all when empty
  queue: string;
  kind: string;
  photo: string;
  batch: string;
}

export function filtersOf(query: LocationQuery): TaskFilters {
  const one = (name: string) => String(query[name] ?? '');
  return { state: one('state'), queue: one('queue'), kind: one('kind'), photo: one('photo'), batch: one('batch') };
}

export const queryOf = (filters: TaskFilters): Record<string, string> =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value));

// What narrows list and counts alike; nonsense in the address line is left out.
export function narrowing(filters: TaskFilters): { queue?: TaskQueue; kind?: string; photo?: string; batch?: string } {
  const queue = queues.find((one) => one === filters.queue);
  const { kind, photo, batch } = filters;
  return { ...(queue && { queue }), ...(kind && { kind }), ...(photo && { photo }), ...(batch && { batch }) };
}

export function statesOf(filters: TaskFilters): readonly TaskState[] {
  const tab = tabNames.find((one) => one === filters.state);
  return tab ? tabs[tab] : [];
}

export const countOf = (counts: TaskCounts, states: readonly TaskState[]): number => states.reduce((sum, state) => sum + counts[state], 0);
export const countAll = (counts: TaskCounts): number => tabNames.reduce((sum, tab) => sum + countOf(counts, tabs[tab]), 0);
