import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApp, defineComponent, h, type App, type Component, type Reactive } from 'vue';
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router';
import { useUrlFilter } from './url_filter';

interface Filters extends Record<string, string> {
  state: string;
  words: string;
}
let app: App;
let router: Router;
let filters: Reactive<Filters>;
let applied: number;
let openOther: () => void; // the other page's code has come

const List = defineComponent({
  setup() {
    const shown = useUrlFilter<Filters>(
      (query) => ({ state: String(query['state'] ?? ''), words: String(query['words'] ?? '') }),
      (given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value)),
      () => (applied += 1),
    );
    filters = shown.filters;
    return () => null;
  },
});

beforeEach(async () => {
  vi.useFakeTimers();
  applied = 0;
  const other = new Promise<Component>((resolve) => (openOther = () => resolve({ render: () => null })));
  router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/list', component: List }, { path: '/other', component: () => other }],
  });
  app = createApp({ render: () => h(RouterView) }).use(router);
  await router.push('/list');
  app.mount(document.createElement('div'));
});
afterEach(() => {
  app.unmount();
  vi.useRealTimers();
});

test('what is typed stands in the address a moment later, and is applied once', async () => {
  filters.words = 'pu';
  await vi.advanceTimersByTimeAsync(200);
  filters.words = 'pump';
  await vi.advanceTimersByTimeAsync(299);
  expect(router.currentRoute.value.fullPath).toBe('/list');
  await vi.advanceTimersByTimeAsync(1);
  expect(router.currentRoute.value.fullPath).toBe('/list?words=pump');
  expect(applied).toBe(1);
});

test('who follows a link to another page soon after a tab gets there, however slowly it loads', async () => {
  await router.push('/list?state=discarded');
  expect(filters.state).toBe('discarded');
  const arrival = router.push('/other');
  await vi.advanceTimersByTimeAsync(1000);
  openOther();
  await arrival;
  expect(router.currentRoute.value.path).toBe('/other');
});

test('who follows a link to another page soon after typing gets there too', async () => {
  filters.words = 'pump';
  await vi.advanceTimersByTimeAsync(0);
  const arrival = router.push('/other');
  await vi.advanceTimersByTimeAsync(1000);
  openOther();
  await arrival;
  expect(router.currentRoute.value.path).toBe('/other');
});
