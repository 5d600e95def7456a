// What failures and notices are called, and where they lead.
import type { RouteLocationRaw } from 'vue-router';
import type { Failure, Notice } from '../api/client';
import { text } from '../strings';
import { asMoment } from './times';

export const reasonOf = (code: string): string => text.failures.reasons[code] ?? text.failures.otherReason(code);
export const adviceOf = (code: string): string => text.failures.advice[code] ?? text.failures.otherAdvice;
export const reasons = (): string[] => Object.keys(text.failures.reasons);

export const subjectOf = ({ photo }: Pick<Failure, 'photo'>): string => photo.description || photo.original_filename || photo.filename;

// One moment, or from when to when.
export function momentsOf(first: string, last: string): string {
  const [from, to] = [asMoment(first), asMoment(last)];
  return from === to ? to : text.failures.between(from, to);
}

export const wordsOfNotice = ({ kind, parameters }: Notice): string => text.notices.kinds[kind]?.(parameters.photos, parameters.source) ?? text.notices.otherKind;
export const reasonOfNotice = ({ kind, parameters: { code } }: Notice): string => text.notices.about[kind] ?? (code === null ? text.notices.severalReasons : reasonOf(code));

// Of a source that is gone by now there is nothing but the others.
function addressOfSource({ kind, parameters: { source_id: id } }: Pick<Notice, 'kind' | 'parameters'>): RouteLocationRaw {
  if (id === null) return '/sources';
  return kind === 'source_gave_up' ? { path: `/sources/${id}`, query: { given_up: 'true' } } : `/sources/${id}`;
}

export function addressOfNotice({ kind, photo_id, parameters }: Notice): RouteLocationRaw {
  if (kind.startsWith('source_')) return addressOfSource({ kind, parameters });
  if (kind in text.notices.about) return '/models';
  if (parameters.photos === 1) return `/photo/${photo_id}`;
  return { path: '/failures', query: parameters.job_id === null ? {} : { job: parameters.job_id } };
}
