import { counted } from '../counted';
import type { FindingState } from '../../api/client';
import type { Severity } from '../../state/finding_facts';

export const findings = {
  title: 'Findings',
  toggle: (count: number) => counted('en', count, 'finding', 'findings'),
  none: 'Nothing was found on this photo.',
  states: { open: 'Waits', confirmed: 'Right', rejected: 'Wrong', corrected: 'Corrected', resolved: 'Mended' } as Record<FindingState, string>,
  severities: { none: 'Not judged', low: 'Low', medium: 'Medium', high: 'High', critical: 'Critical' } as Record<Severity, string>,
  drawn: 'drawn by hand',
  decidedBy: (name: string) => `Decided by ${name}`,
  decide: 'What it is',
  resolve: 'Mended',
  queue: (kind: string) => `Review: ${kind}`,
  opacity: 'How strong the heat-map is',
  keys: 'Findings',
  nextOne: 'Next finding',
  previousOne: 'Previous finding',
  verdict: 'Verdict',
  noVerdict: 'None yet',
  good: 'OK',
  bad: 'NG',
  goodWords: 'OK: as it should be',
  badWords: 'NG: not as it should be',
  givenBy: (name: string) => `Given by ${name}`,
  byPerson: 'Given by a person',
  byFindings: 'Follows what was found',
  takeBack: 'Leave it to the findings',
  verdictChanged: 'Verdict changed.',
};
