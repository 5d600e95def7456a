// What is offered below the search field while somebody types.
import { api } from '../api/client';
import { dataOf } from '../api/problem';
import { text } from '../strings';
import { filterNames, typedFilter, type FilterName } from './photo_filters';

export interface FilterOption {
  key: string; // of the list
  words: string;
  note: string;
  set?: { name: FilterName; value: string }; // what choosing it sets
  type?: string; // or what it writes into the field
}

const suggested = ['tag', 'label', 'job', 'asset', 'location', 'camera', 'uploader'] as const;
type Suggested = (typeof suggested)[number];
const fixed: Partial<Record<FilterName, readonly string[]>> = { kind: ['job', 'field'], status: ['PENDING', 'PROCESSING', 'COMPLETED', 'FAILED'], verdict: ['OK', 'NG'] };
const offered = filterNames.filter((name) => name !== 'q' && name !== 'bbox' && name !== 'trashed');

const isSuggested = (name: FilterName): name is Suggested => suggested.some((one) => one === name);

async function suggest(key: Suggested, prefix: string, limit: number): Promise<FilterOption[]> {
  const { results } = await dataOf(api.GET('/api/v1/images/photos/suggestions', { params: { query: { key, limit, ...(prefix && { prefix }) } } }));
  return results.map(({ value, text: words, count }) => ({
    key: `${key} ${value}`,
    words: `${text.grid.filters.names[key]}: ${words}`,
    note: count >= 1000 ? '1000+' : String(count),
    set: { name: key, value },
  }));
}

const keyOptions = (start: string): FilterOption[] =>
  offered
    .filter((name) => name.startsWith(start.toLowerCase()))
    .map((name) => ({ key: name, words: `${name}:`, note: (text.grid.filters.explained as Record<string, string>)[name] ?? text.grid.filters.names[name], type: `${name}:` }));

// For "tag:pu" the tags; for words the search itself, then whatever bears such a name.
export async function filterOptions(typed: string): Promise<FilterOption[]> {
  const { name, value } = typedFilter(typed);
  if (name === 'q' && !value) return keyOptions('');
  if (name === 'q') {
    const search: FilterOption = { key: 'q', words: text.grid.filters.searchFor(value), note: '', set: { name: 'q', value } };
    const named = await Promise.all((['tag', 'job', 'asset', 'location'] as const).map((key) => suggest(key, value, 3)));
    return [search, ...keyOptions(value), ...named.flat()];
  }
  if (isSuggested(name)) return suggest(name, value, 8);
  return (fixed[name] ?? []).filter((one) => one.toLowerCase().startsWith(value.toLowerCase())).map((one) => ({ key: one, words: `${name}: ${one}`, note: '', set: { name, value: one } }));
}
