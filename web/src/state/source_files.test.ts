import { expect, test } from 'vitest';
import { countOf, filtersOf, inTab, queryOf, requestOf, tabOf } from './source_files';

const run = '0198c0de-0000-7000-8000-000000000001';

test('nonsense in the address line is left out', () => {
  expect(queryOf(filtersOf({ state: 'lost', given_up: 'yes', reason: 'bad luck', run: '../', q: ['a', 'b'], part: 'runs' }))).toEqual({});
  expect(filtersOf({ q: 'x'.repeat(300) }).q).toHaveLength(200);
});

test('what narrows the ledger stands in the address line and in the request', () => {
  const filters = filtersOf({ state: 'failed', reason: 'timeout', q: ' IMG ', run });
  expect(queryOf(filters)).toEqual({ state: 'failed', reason: 'timeout', q: ' IMG ', run });
  expect(requestOf(filters)).toEqual({ state: 'failed', reason: 'timeout', q: 'IMG', run });
});

test('those that were given up are a tab of their own', () => {
  const filters = filtersOf({ given_up: 'true', q: 'a' });
  expect(tabOf(filters)).toBe('given_up');
  expect(requestOf(filters)).toEqual({ given_up: true, q: 'a' });
  expect(queryOf(inTab(filters, 'stored'))).toEqual({ state: 'stored', q: 'a' });
  expect(queryOf(inTab(filters, ''))).toEqual({ q: 'a' });
  expect(tabOf(inTab(filters, ''))).toBe('');
});

test('all are those of every state; the given up are among the failed', () => {
  const counts = { seen: 1, fetched: 2, stored: 4, skipped: 8, failed: 16, given_up: 3 };
  expect(countOf(counts, '')).toBe(31);
  expect(countOf(counts, 'given_up')).toBe(3);
  expect(countOf(counts, 'failed')).toBe(16);
});
