// What a finding is, in a word or two.
import type { Finding, FindingKind } from '../api/client';
import { text } from '../strings';

export const findingKinds: readonly FindingKind[] = ['anomaly', 'reading', 'damage', 'spotting'];
export const isFindingKind = (name: string): name is FindingKind => (findingKinds as readonly string[]).includes(name);

export function classOf(finding: Finding): string {
  if ('type' in finding) return finding.type;
  if ('species' in finding) return finding.species;
  return 'class' in finding ? finding.class : '';
}

export function wordsOfFinding(finding: Finding): string {
  if ('value_text' in finding) return finding.value === null ? text.review.unknown : `${finding.value_text} ${finding.unit}`.trim();
  if ('species' in finding && finding.count > 1) return `${finding.count} × ${finding.species}`;
  return classOf(finding);
}
