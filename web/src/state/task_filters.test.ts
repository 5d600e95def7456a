import { describe, expect, it } from 'vitest';
import { countAll, countOf, filtersOf, narrowing, queryOf, statesOf, tabs } from './task_filters';

const counts = { available: 1, scheduled: 2, running: 3, retryable: 4, completed: 5, discarded: 6, cancelled: 7 };

describe('the filters of tasks', () => {
  it('stand in the address line and come back from it', () => {
    const query = { state: 'waiting', queue: 'batch', photo: 'p', q: 'pump' };
    expect(queryOf(filtersOf(query))).toEqual(query);
    expect(queryOf(filtersOf({}))).toEqual({});
  });

  it('leave out what means nothing', () => {
    const filters = filtersOf({ state: 'lost', queue: 'slow', kind: 'count_parts' });
    expect(statesOf(filters)).toEqual([]);
    expect(narrowing(filters)).toEqual({ kind: 'count_parts' });
  });

  it('take words as they are meant, and no more than the server takes', () => {
    expect(narrowing(filtersOf({ q: '  pump house ' }))).toEqual({ q: 'pump house' });
    expect(narrowing(filtersOf({ q: '   ' }))).toEqual({});
    expect(narrowing(filtersOf({ q: '📷'.repeat(201) }))).toEqual({ q: '📷'.repeat(200) });
  });

  it('count every state in exactly one tab', () => {
    expect(countOf(counts, tabs.waiting)).toBe(3);
    expect(countAll(counts)).toBe(28);
  });
});
