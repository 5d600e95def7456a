import { describe, expect, it } from 'vitest';
import { addressOf, filtersOf, isFiltered, noFilters, queryOf, requestOf, typedFilter } from './photo_filters';

const none = noFilters();

describe('photo filters', () => {
  it('come back from the address line as they were written into it', () => {
    const filters = { ...none, job: '7', q: 'burst pipe', from: '2026-11-01', trashed: '1', sort: 'taken_at' as const };
    const query = { job: '7', q: 'burst pipe', from: '2026-11-01', trashed: '1', sort: 'taken_at' };
    expect(queryOf(filters)).toEqual(query);
    expect(filtersOf(query)).toEqual(filters);
  });

  it('take the first of repeated values and nothing from foreign ones', () => {
    expect(filtersOf({ tag: ['a', 'b'], photo: 'x', q: null, sort: 'colour' })).toEqual({ ...none, tag: 'a' });
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

  it('send nothing that the server would not understand', () => {
    expect(requestOf({ ...none, from: 'yesterday', to: '2026-11', kind: 'other', status: 'DONE' })).toEqual({});
    expect(requestOf({ ...none, kind: 'field', status: 'FAILED', trashed: '1', sort: 'uploaded_at' })).toEqual({
      kind: 'field', status: 'FAILED', trashed: true, sort: 'uploaded_at',
    });
  });

  it('read keys and words as they are typed', () => {
    expect(typedFilter('tag: boiler room ')).toEqual({ name: 'tag', value: 'boiler room' });
    expect(typedFilter('JOB:12')).toEqual({ name: 'job', value: '12' });
    expect(typedFilter(' burst pipe')).toEqual({ name: 'q', value: 'burst pipe' });
    expect(typedFilter('colour:red')).toEqual({ name: 'q', value: 'colour:red' });
    expect(typedFilter('trashed:1')).toEqual({ name: 'q', value: 'trashed:1' });
  });

  it('come back from a saved search', () => {
    const filters = { ...none, tag: 'boiler room', from: '2026-11-01', to: '2026-11-03', trashed: '1', sort: 'taken_at' as const };
    const search = new URLSearchParams(Object.entries(requestOf(filters)).map(([name, value]) => [name, String(value)])).toString();
    expect(addressOf(search)).toEqual(queryOf(filters));
    expect(addressOf('')).toEqual({});
  });

  it('do not count the trash, which is a place', () => {
    expect(isFiltered({ ...none, trashed: '1', sort: 'taken_at' })).toBe(false);
    expect(isFiltered({ ...none, tag: 'pump' })).toBe(true);
  });
});
