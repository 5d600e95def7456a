import { describe, expect, it } from 'vitest';
import { countAll, countOf, filtersOf, narrowing, queryOf, statesOf, tabs } from './task_filters';

const counts = { available: 1, scheduled: 2, running: 3, retryable: 4, completed: 5, discarded: 6, cancelled: 7 };

describe('the filters of tasks', () => {
  it('stand in the address line and come back from it', () => {
    const query = { state: 'waiting', queue: 'batch', photo: 'p' };
    expect(queryOf(filtersOf(query))).toEqual(query);
    expect(queryOf(filtersOf({}))).toEqual({});
  });

  it('leave out what means nothing', () => {
    const filters = filtersOf({ state: 'lost', queue: 'slow', kind: 'count_parts' });
    expect(statesOf(filters)).toEqual([]);
    expect(narrowing(filters)).toEqual({ kind: 'count_parts' });
  });

  it('count every state in exactly one tab', () => {
    expect(countOf(counts, tabs.waiting)).toBe(3);
    expect(countAll(counts)).toBe(28);
  });
});
