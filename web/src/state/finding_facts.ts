// What one finding tells beside its class, whatever kind it is of.
import type { Finding, Photo } from '../api/client';
import { isAtLeast } from './roles';
import { session } from './session';

type Of<Member extends string> = Extract<Finding, Record<Member, unknown>>;
export type Anomaly = Of<'heat_map_url'>;
export type Reading = Of<'value_text'>;
export type Severity = Anomaly['severity'];

// What a person can say of a finding; each kind has fields of its own.
export interface FindingFields {
  class?: string;
  severity?: Severity;
  count?: number;
  value?: number;
}

export const severities: readonly Severity[] = ['none', 'low', 'medium', 'high', 'critical'];
export const asReading = (finding: Finding): Reading | null => ('value_text' in finding ? finding : null);
export const heatMapOf = (finding: Finding | null): string | null => (finding && 'heat_map_url' in finding ? finding.heat_map_url : null);
export const severityOf = (finding: Finding): Severity => ('severity' in finding ? finding.severity : 'none');
export const countOf = (finding: Finding): number => ('count' in finding ? finding.count : 1);
export const modelOf = (finding: Finding): string => (finding.model ? `${finding.model} ${finding.version ?? ''}`.trim() : '');

// Null where there is no score, or nothing that it is held against.
export function scoreOf(finding: Finding): { score: number; threshold: number } | null {
  return 'score' in finding && finding.score !== null && finding.threshold !== null ? { score: finding.score, threshold: finding.threshold } : null;
}

export const isStanding = (finding: Finding): boolean => finding.review_state !== 'rejected';
// A reading without a value cannot be right.
export const mayBeRight = (finding: Finding): boolean => asReading(finding)?.value !== null;
export const mayBeMended = (finding: Finding): boolean => 'severity' in finding && ['confirmed', 'corrected'].includes(finding.review_state);

// As the server decides; it has the last word.
export function mayDecideOn(photo: Pick<Photo, 'uploaded_by'>, kind: Finding['kind']): boolean {
  const isOwn = photo.uploaded_by !== null && photo.uploaded_by === session.user.value?.id;
  return isAtLeast('reviewer') || (kind === 'reading' && isOwn && isAtLeast('technician'));
}
