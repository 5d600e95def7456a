// The names of the species that occur where the photo under review was taken; asked for once a place.
import { shallowRef, watch } from 'vue';
import { api } from '../api/client';
import { dataOf } from '../api/problem';

export function useRegionSpecies(placeOf: () => string | null | undefined) {
  const names = shallowRef<readonly string[]>([]);
  const known = new Map<string, Promise<readonly string[]>>();

  async function ask(place: string): Promise<readonly string[]> {
    const { species } = await dataOf(api.GET('/api/v1/species', { params: { query: place ? { location: place } : {} } }));
    return species.map(({ name }) => name);
  }
  // Without an answer the labels met so far are offered, as where there is no list.
  watch(
    placeOf,
    async (place) => {
      if (place === undefined) return;
      const key = place ?? '';
      if (!known.has(key)) known.set(key, ask(key).catch(() => (known.delete(key), [])));
      const found = (await known.get(key)) ?? [];
      if (placeOf() === place) names.value = found;
    },
    { immediate: true },
  );
  return names;
}
