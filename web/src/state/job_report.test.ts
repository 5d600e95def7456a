import { describe, expect, it } from 'vitest';
import { daysOf, inRows } from './job_report';

describe('a job on paper', () => {
  it('has rows of so many, the last as it comes', () => {
    expect(inRows([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(inRows([], 3)).toEqual([]);
  });

  it('tells the days of its photos', () => {
    const at = (taken_at: string) => ({ taken_at });
    expect(daysOf([])).toBe('');
    expect(daysOf([at('2026-11-03T12:00:00Z')])).toBe('Nov 3, 2026');
    expect(daysOf([at('2026-11-03T12:00:00Z'), at('2026-11-01T12:00:00Z')])).toBe('Nov 1, 2026 – Nov 3, 2026');
  });
});
