// Inputs mirrored in the address line: typing writes it after a moment, going back fills the inputs again.
import { onBeforeUnmount, reactive, watch, type Reactive } from 'vue';
import { useRoute, useRouter } from 'vue-router';

const pause = 300; // milliseconds after the last key

// `read` takes the filters from a query; `write` gives the query that holds them. `apply` runs when the filters in
// the address line changed.
export function useUrlFilter<Filters extends Record<string, string>>(
  read: (query: ReturnType<typeof useRoute>['query']) => Filters,
  write: (filters: Filters) => Record<string, unknown>,
  apply: () => void,
): { filters: Reactive<Filters>; current: () => Filters } {
  const route = useRoute();
  const router = useRouter();
  const home = route.path;
  const filters = reactive({ ...read(route.query) });
  const current = () => read(route.query);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const settle = () => {
    const query = write({ ...filters } as Filters);
    if (route.path === home) void router.replace({ query: Object.fromEntries(Object.entries(query).map(([k, v]) => [k, String(v)])) });
  };
  watch(filters, () => {
    clearTimeout(timer);
    timer = setTimeout(settle, pause);
  });
  watch(
    () => JSON.stringify(write(current())),
    (now) => {
      if (route.path !== home) return;
      if (now !== JSON.stringify(write({ ...filters } as Filters))) Object.assign(filters, current());
      apply();
    },
  );
  // The other page may take its time to load, and writing the address of this one would call the way to it off.
  const stopGuarding = router.beforeEach((to) => {
    if (to.path !== home) clearTimeout(timer);
  });
  onBeforeUnmount(() => {
    stopGuarding();
    clearTimeout(timer);
  });
  return { filters, current };
}
