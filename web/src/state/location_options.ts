// The locations to choose from, and their names by id.
import { computed, onMounted, shallowRef, type ComputedRef } from 'vue';
import { api, type Location } from '../api/client';
import { dataOf } from '../api/problem';
import { text } from '../strings';

const most = 500; // one page of the list; beyond it a location is chosen on its own page

export function useLocations(): { options: ComputedRef<{ value: string; words: string }[]>; nameOf: (id: string | null) => string; add: (location: Location) => void } {
  const locations = shallowRef<readonly Location[]>([]);
  onMounted(async () => {
    // Without them the field offers none, and the page goes on.
    const page = await dataOf(api.GET('/api/v1/locations', { params: { query: { limit: most } } })).catch(() => null);
    if (page) locations.value = page.results;
  });
  const names = computed(() => new Map(locations.value.map((one) => [one.id, one.name])));
  const sorted = computed(() => [...locations.value].sort((a, b) => a.name.localeCompare(b.name)));
  return {
    options: computed(() => [{ value: '', words: text.assets.noLocation }, ...sorted.value.map((one) => ({ value: one.id, words: one.name }))]),
    nameOf: (id) => (id ? (names.value.get(id) ?? '') : ''),
    add: (location) => void (locations.value = [...locations.value, location]), // recorded just now
  };
}
