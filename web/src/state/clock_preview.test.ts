import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApp, nextTick, ref, type App, type Ref } from 'vue';
import { api } from '../api/client';
import { useClockPreview, type ClockPreview } from './clock_preview';

vi.mock('../api/client', () => ({ api: { GET: vi.fn() } }));
const get = vi.mocked(api.GET) as unknown as ReturnType<typeof vi.fn>;
let app: App;
let seconds: Ref<number | null>;
let clock: ClockPreview;
const answers: ((data: unknown) => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  answers.length = 0;
  get.mockImplementation(() => new Promise((resolve) => answers.push((data) => resolve({ data, response: new Response(null, { status: 200 }) }))));
  seconds = ref<number | null>(null);
  app = createApp({ setup: () => ((clock = useClockPreview('s', () => seconds.value)), () => null) });
  app.mount(document.createElement('div'));
});
afterEach(() => {
  app.unmount();
  vi.useRealTimers();
});
const type = async (value: number | null) => {
  seconds.value = value;
  await nextTick();
};
const pause = () => vi.advanceTimersByTimeAsync(1000);

test('the server is asked once the typing has stopped, and not about what is no amount', async () => {
  await type(36);
  await type(3600);
  await pause();
  expect(get.mock.calls.map(([, { params }]) => params.query.offset_seconds)).toEqual([3600]);
  await type(null);
  await pause();
  expect(get).toHaveBeenCalledOnce();
});

test('an answer about an amount that stands there no more is dropped', async () => {
  await type(60);
  await pause();
  await type(120);
  answers[0]!({ offset_seconds: 60 });
  await pause();
  expect(clock.preview.value).toBeNull();
  answers[1]!({ offset_seconds: 120 });
  await pause();
  expect(clock.preview.value).toEqual({ offset_seconds: 120 });
});
