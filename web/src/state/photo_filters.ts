// The photo list's filters as the address line holds them and as the server is asked.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import type { PhotoQuery } from '../api/client';

export interface PhotoFilters {
  job: string;
  tag: string;
  q: string;
  from: string; // a date, "2026-11-21", in the viewer's zone
  to: string; // the last day that is still shown
}

export const filterNames = ['job', 'tag', 'q', 'from', 'to'] as const;

export function filtersOf(query: LocationQuery): PhotoFilters {
  const first = (name: string) => {
    const value = query[name];
    return (Array.isArray(value) ? value[0] : value) ?? '';
  };
  return { job: first('job'), tag: first('tag'), q: first('q'), from: first('from'), to: first('to') };
}

// Empty filters leave no trace in the address line.
export function queryOf(filters: PhotoFilters): LocationQueryRaw {
  return Object.fromEntries(filterNames.flatMap((name) => (filters[name] ? [[name, filters[name]]] : [])));
}

// The first moment of a local day, `days` later; undefined for what is no date.
function startOfDay(date: string, days: number): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (!match) return undefined;
  const start = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + days);
  return Number.isNaN(start.getTime()) ? undefined : start.toISOString();
}

export function requestOf(filters: PhotoFilters): PhotoQuery {
  const job = Number(filters.job);
  return {
    ...(Number.isSafeInteger(job) && job > 0 && { job }),
    ...(filters.tag && { tag: filters.tag }),
    ...(filters.q && { q: filters.q }),
    ...(startOfDay(filters.from, 0) && { taken_from: startOfDay(filters.from, 0) }),
    ...(startOfDay(filters.to, 1) && { taken_to: startOfDay(filters.to, 1) }),
  };
}
