import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApp, defineComponent, nextTick, type App } from 'vue';
import type { Change, LiveHearer } from '../api/live';

let hearer: LiveHearer;
vi.mock('../api/live', () => ({
  liveConnection: (given: LiveHearer) => {
    hearer = given;
    return { start: () => undefined, stop: () => undefined, retry: () => undefined };
  },
}));
const { followSession, isReconnecting, useLive, withoutLooking } = await import('./live');
const { session } = await import('./session');
followSession();

const change = (id: string): Change => ({ seq: 1, type: 'photo', change: 'changed', id });
let app: App;
let looks: number;
let finish: (() => void) | null; // of a look that takes its time

function show(options: { looksAtOnce?: boolean } = {}): void {
  const look = () => {
    looks += 1;
    return finish === null ? Promise.resolve() : new Promise<void>((resolve) => (finish = resolve));
  };
  const Page = defineComponent({
    setup() {
      useLive(look, { concerns: ({ id }) => id === 'mine', pollEvery: 5000, ...options });
      return () => null;
    },
  });
  app = createApp(Page);
  app.mount(document.createElement('div'));
}

beforeEach(async () => {
  vi.useFakeTimers();
  looks = 0;
  finish = null;
  session.user.value = { id: 'u' } as NonNullable<typeof session.user.value>;
  hearer.connected(true);
  await nextTick();
});
afterEach(() => {
  app.unmount();
  vi.useRealTimers();
});

test('looks when something changes that concerns the page, and not otherwise', async () => {
  show();
  hearer.changes([change('other')]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toBe(0);
  hearer.changes([change('other'), change('mine')]);
  await vi.advanceTimersByTimeAsync(0);
  expect(looks).toBe(1);
  hearer.reset();
  await vi.advanceTimersByTimeAsync(1000);
  expect(looks).toBe(2);
});

test('looks once for changes that come fast, and never twice at a time', async () => {
  show();
  finish = () => undefined;
  for (let i = 0; i < 10; i += 1) hearer.changes([change('mine')]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(looks).toBe(1);
  finish();
  await vi.advanceTimersByTimeAsync(0);
  expect(looks).toBe(1);
  hearer.changes([change('mine')]);
  // The look took 5 seconds: the next has time.
  await vi.advanceTimersByTimeAsync(50_000);
  expect(looks).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toBe(2);
});

test('looks every so often while there is no connection', async () => {
  show({ looksAtOnce: true });
  await vi.advanceTimersByTimeAsync(0);
  expect(looks).toBe(1);
  hearer.connected(false);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(looks).toBe(4);
  hearer.connected(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toBe(4);
});

test('does not look at what is being removed until that has ended', async () => {
  show();
  let end = () => undefined as void;
  const removal = withoutLooking(() => new Promise<void>((resolve) => (end = resolve)));
  hearer.changes([change('mine')]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toBe(0);
  end();
  await removal;
  await vi.advanceTimersByTimeAsync(0);
  expect(looks).toBe(1);
  await expect(withoutLooking(() => Promise.reject(new Error('it is still there')))).rejects.toThrow();
  hearer.changes([change('mine')]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(looks).toBe(2);
});

test('looks no more when the page is left', async () => {
  show();
  app.unmount();
  hearer.changes([change('mine')]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toBe(0);
  show();
});

test('says nothing of a connection that never was, and keeps looking', async () => {
  session.user.value = null;
  await nextTick();
  session.user.value = { id: 'u' } as NonNullable<typeof session.user.value>;
  await nextTick();
  show();
  hearer.connected(false);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(isReconnecting.value).toBe(false);
  expect(looks).toBe(24);
});

test('says that the connection is lost only after a while', async () => {
  show();
  hearer.connected(false);
  await vi.advanceTimersByTimeAsync(2000);
  expect(isReconnecting.value).toBe(false);
  await vi.advanceTimersByTimeAsync(2000);
  expect(isReconnecting.value).toBe(true);
  hearer.connected(false); // a try that failed
  expect(isReconnecting.value).toBe(true);
  hearer.connected(true);
  expect(isReconnecting.value).toBe(false);
});
