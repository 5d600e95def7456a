// What the inbox is narrowed by, in the address line and in requests.
import type { LocationQuery } from 'vue-router';
import type { FailureQuery, FailureState } from '../api/client';

export interface FailureFilters extends Record<string, string> {
  state: string; // '' is open
  code: string;
  job: string; // a number
}

const states: readonly FailureState[] = ['open', 'retrying', 'resolved'];
const textOf = (value: LocationQuery[string] | undefined) => (typeof value === 'string' ? value : '');

export function filtersOf(query: LocationQuery): FailureFilters {
  const state = states.find((one) => one === query.state) ?? 'open';
  const job = textOf(query.job);
  return { state: state === 'open' ? '' : state, code: textOf(query.code).slice(0, 100), job: /^[1-9]\d{0,15}$/.test(job) ? job : '' };
}

export const queryOf = (filters: FailureFilters): Record<string, string> => Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''));

export function requestOf({ state, code, job }: FailureFilters): FailureQuery {
  return { state: states.find((one) => one === state) ?? 'open', ...(code && { code }), ...(job && { job: Number(job) }) };
}
