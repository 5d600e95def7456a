import { describe, expect, it } from 'vitest';
import { filtersOf, queryOf, requestOf } from './photo_filters';

const none = { job: '', tag: '', q: '', from: '', to: '' };

describe('photo filters', () => {
  it('come back from the address line as they were written into it', () => {
    const filters = { ...none, job: '7', q: 'burst pipe', from: '2026-11-01' };
    expect(queryOf(filters)).toEqual({ job: '7', q: 'burst pipe', from: '2026-11-01' });
    expect(filtersOf({ job: '7', q: 'burst pipe', from: '2026-11-01' })).toEqual(filters);
  });

  it('take the first of repeated values and nothing from foreign ones', () => {
    expect(filtersOf({ tag: ['a', 'b'], photo: 'x', q: null })).toEqual({ ...none, tag: 'a' });
  });

  it('ask for whole days of the viewer, the last one included', () => {
    const request = requestOf({ ...none, from: '2026-11-01', to: '2026-11-01' });
    expect(request.taken_from).toBe(new Date(2026, 10, 1).toISOString());
    expect(request.taken_to).toBe(new Date(2026, 10, 2).toISOString());
  });

  it('send no job number that cannot be one', () => {
    for (const job of ['', 'x', '-1', '0', '1.5', '99999999999999999999']) {
      expect(requestOf({ ...none, job })).toEqual({});
    }
    expect(requestOf({ ...none, job: '12' })).toEqual({ job: 12 });
  });

  it('send no date that is none', () => {
    expect(requestOf({ ...none, from: 'yesterday', to: '2026-11' })).toEqual({});
  });
});
