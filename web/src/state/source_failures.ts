// The sources with files that could not be fetched and are not tried again by themselves.
import { computed, shallowRef, type ComputedRef } from 'vue';
import { api, type Source } from '../api/client';
import { dataOf } from '../api/problem';
import { useLive } from './live';
import { isAtLeast } from './roles';

export function useSourceFailures(): ComputedRef<readonly Source[]> {
  const sources = shallowRef<readonly Source[]>([]);
  const mayRead = isAtLeast('reviewer');
  async function look(): Promise<void> {
    if (mayRead) sources.value = (await dataOf(api.GET('/api/v1/image-pull-sources', { params: { query: { all: true } } }))).results;
  }
  useLive(look, { concerns: ({ type }) => mayRead && type === 'source', pollEvery: 30_000, least: 5000, looksAtOnce: true });
  return computed(() => sources.value.filter(({ counts }) => counts.given_up > 0));
}
