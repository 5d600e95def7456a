// What narrows the audit log, in the address line and towards the server.
import type { LocationQuery } from 'vue-router';
import type { paths } from '../api/schema';
import { momentOf } from './days';

const names = ['actor', 'action', 'object_type', 'object_id', 'from', 'to'] as const;
export const objectTypes = ['photo', 'job', 'asset', 'location', 'task', 'user', 'token'] as const;
export type AuditFilters = Record<(typeof names)[number], string>;
type AuditQuery = NonNullable<paths['/api/v1/audit']['get']['parameters']['query']>;

export const filtersOf = (query: LocationQuery): AuditFilters => Object.fromEntries(names.map((name) => [name, String(query[name] ?? '')])) as AuditFilters;
export const queryOf = (filters: AuditFilters): Partial<AuditFilters> => Object.fromEntries(Object.entries(filters).filter(([, value]) => value));

export function requestOf(filters: AuditFilters): AuditQuery {
  const { from, to, ...texts } = filters;
  const start = momentOf(from, 0);
  const end = momentOf(to, 1);
  const given = Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
  return { ...given, ...(start && { from: start }), ...(end && { to: end }) };
}

// Where what an entry speaks of can be looked at; nothing for what has no page.
export function pageOf(type: string, id: string): string | undefined {
  const pages: Record<string, string> = { photo: '/photo/', job: '/job/', asset: '/asset/', location: '/place/', task: '/task/' };
  return id && pages[type] ? pages[type] + id : undefined;
}
