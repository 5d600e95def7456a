// The photo list's filters as the address line holds them and as the server is asked.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import type { PhotoQuery } from '../api/client';

// In the order their chips stand in.
export const filterNames = ['q', 'tag', 'label', 'job', 'asset', 'location', 'camera', 'uploader', 'kind', 'status', 'verdict', 'from', 'to', 'bbox', 'trashed'] as const;
export type FilterName = (typeof filterNames)[number];
export const sorts = ['-taken_at', 'taken_at', '-uploaded_at', 'uploaded_at'] as const;
export type PhotoSort = (typeof sorts)[number];

// Empty text is no filter. `from` and `to` are dates in the viewer's zone, `to` the last day still shown.
export type PhotoFilters = Record<FilterName, string> & { sort: PhotoSort };

export const noFilters = (): PhotoFilters => ({ ...(Object.fromEntries(filterNames.map((name) => [name, ''])) as Record<FilterName, string>), sort: sorts[0] });

export function filtersOf(query: LocationQuery): PhotoFilters {
  const first = (name: string) => {
    const value = query[name];
    return (Array.isArray(value) ? value[0] : value) ?? '';
  };
  const filters = noFilters();
  for (const name of filterNames) filters[name] = first(name);
  filters.sort = sorts.find((sort) => sort === first('sort')) ?? sorts[0];
  return filters;
}

// Empty filters and the usual order leave no trace in the address line.
export function queryOf(filters: PhotoFilters): LocationQueryRaw {
  const query: LocationQueryRaw = {};
  for (const name of filterNames) if (filters[name]) query[name] = filters[name];
  if (filters.sort !== sorts[0]) query.sort = filters.sort;
  return query;
}

export const isFiltered = (filters: PhotoFilters): boolean => filterNames.some((name) => name !== 'trashed' && filters[name] !== '');

// The first moment of a local day, `days` later; undefined for what is no date.
function startOfDay(date: string, days: number): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (!match) return undefined;
  const start = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + days);
  return Number.isNaN(start.getTime()) ? undefined : start.toISOString();
}

const texts = ['q', 'tag', 'label', 'asset', 'location', 'camera', 'uploader', 'verdict', 'bbox'] as const;
const kinds = ['job', 'field'] as const;
const states = ['PENDING', 'PROCESSING', 'COMPLETED', 'FAILED'] as const;

export function requestOf(filters: PhotoFilters): PhotoQuery {
  const request: PhotoQuery = {};
  for (const name of texts) if (filters[name]) request[name] = filters[name];
  const job = Number(filters.job);
  if (Number.isSafeInteger(job) && job > 0) request.job = job;
  const kind = kinds.find((one) => one === filters.kind);
  if (kind) request.kind = kind;
  const status = states.find((one) => one === filters.status);
  if (status) request.status = status;
  const from = startOfDay(filters.from, 0);
  if (from) request.taken_from = from;
  const to = startOfDay(filters.to, 1);
  if (to) request.taken_to = to;
  if (filters.trashed) request.trashed = true;
  if (filters.sort !== sorts[0]) request.sort = filters.sort;
  return request;
}

// The day of an instant in the viewer's zone, as dates are written in filters.
function localDay(at: Date): string {
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
}

// A saved search is kept as the server is asked, whatever the zone; this is how the address line says it here.
export function addressOf(search: string): LocationQueryRaw {
  const asked = new URLSearchParams(search);
  const filters = filtersOf(Object.fromEntries(asked));
  const from = new Date(asked.get('taken_from') ?? NaN);
  const to = new Date((Date.parse(asked.get('taken_to') ?? '') || NaN) - 1);
  if (!Number.isNaN(from.getTime())) filters.from = localDay(from);
  if (!Number.isNaN(to.getTime())) filters.to = localDay(to);
  if (asked.get('trashed') === 'true') filters.trashed = '1';
  return queryOf({ ...filters, trashed: filters.trashed && '1' });
}

// What a person typed: "tag: pump" sets a filter, anything else are words to search for.
export function typedFilter(typed: string): { name: FilterName; value: string } {
  const match = /^\s*([a-z]+)\s*:\s*(.*)$/i.exec(typed);
  const name = filterNames.find((one) => one === match?.[1]?.toLowerCase());
  if (match && name && name !== 'trashed' && name !== 'bbox') return { name, value: match[2]!.trim() };
  return { name: 'q', value: typed.trim() };
}
