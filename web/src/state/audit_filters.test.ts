import { describe, expect, it } from 'vitest';
import { filtersOf, pageOf, queryOf, requestOf } from './audit_filters';

describe('the filters of the audit log', () => {
  it('stand in the address line and come back from it', () => {
    const query = { actor: 'ada', from: '2026-11-21' };
    expect(queryOf(filtersOf(query))).toEqual(query);
  });

  it('ask for whole days of the viewer, the last one included', () => {
    const request = requestOf(filtersOf({ from: '2026-11-21', to: '2026-11-21', action: ' photo. ' }));
    expect(request.action).toBe('photo.');
    expect(Date.parse(request.to!) - Date.parse(request.from!)).toBe(86_400_000);
    expect(requestOf(filtersOf({ from: 'soon' }))).toEqual({});
  });

  it('lead to the page of what an entry speaks of', () => {
    expect(pageOf('location', 'x')).toBe('/place/x');
    expect(pageOf('user', 'x')).toBeUndefined();
    expect(pageOf('photo', '')).toBeUndefined();
  });
});
