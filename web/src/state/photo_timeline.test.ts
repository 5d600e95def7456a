import { beforeEach, describe, expect, it, vi } from 'vitest';
import { usePhotoTimeline } from './photo_timeline';

const get = vi.hoisted(() => vi.fn());
vi.mock('../api/client', () => ({ api: { GET: get } }));

const segments = Array.from({ length: 60 }, (_, i) => ({ day: `day ${i}`, count: 2, ratio: 2, cursor: i ? `c${i}` : null }));
const flushPromises = () => new Promise((resolve) => setTimeout(resolve));
let held: (() => void)[] = [];
let isHeld = false;

function answer(path: string, options: { params: { query: Record<string, unknown> }; signal?: AbortSignal }) {
  const data = path.endsWith('/segments')
    ? { total: 120, segments }
    : { results: [{ id: `${options.params.query.cursor ?? 'c0'} a` }, { id: `${options.params.query.cursor ?? 'c0'} b` }], next: null };
  const response = { data, response: { ok: true, status: 200 } };
  if (!isHeld || path.endsWith('/segments')) return Promise.resolve(response);
  return new Promise((resolve, reject) => {
    held.push(() => resolve(response));
    options.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
  });
}
const isFirst = ([, options]: unknown[]) => (options as { params: { query: { limit?: number } } }).params.query.limit === 200;
const asked = () =>
  get.mock.calls.filter((call) => !String(call[0]).endsWith('/segments') && !isFirst(call)).map(([, options]) => options.params.query.cursor ?? 'c0');

async function timelineOf() {
  const timeline = usePhotoTimeline(() => ({ tag: 'pump' }));
  await timeline.restart();
  return timeline;
}

beforeEach(() => {
  get.mockReset().mockImplementation(answer);
  held = [];
  isHeld = false;
});

describe('the timeline of photos', () => {
  it('knows its length and its first photos at once, and asks with the filter', async () => {
    const timeline = await timelineOf();
    expect(timeline.total.value).toBe(120);
    expect(timeline.segments.value).toHaveLength(60);
    expect(timeline.photosOf(0)).toHaveLength(2);
    expect(timeline.photosOf(1)).toBeUndefined();
    expect(get.mock.calls[0]![1].params.query).toMatchObject({ tag: 'pump', offset_minutes: -new Date().getTimezoneOffset() });
  });

  it('begins with the segments that the first photos fill, and without any when they cannot be had', async () => {
    const photos = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));
    get.mockImplementation((path, options) =>
      isFirst([path, options]) ? Promise.resolve({ data: { results: photos, next: 'c' }, response: { ok: true, status: 200 } }) : answer(path, options),
    );
    const timeline = await timelineOf();
    expect([0, 1, 2].map((index) => timeline.photosOf(index)?.map(({ id }) => id))).toEqual([['a', 'b'], ['c', 'd'], undefined]);
    timeline.want([0, 1, 2]);
    await flushPromises();
    expect(asked()).toEqual(['c2']);

    get.mockImplementation((path, options) => (isFirst([path, options]) ? Promise.reject(new TypeError('no line')) : answer(path, options)));
    await timeline.restart();
    expect(timeline.error.value).toBe('');
    expect(timeline.total.value).toBe(120);
    expect((await timeline.load(0)).map(({ id }) => id)).toEqual(['c0 a', 'c0 b']);
  });

  it('loads what is wanted, a few at a time, and each once', async () => {
    const timeline = await timelineOf();
    isHeld = true;
    timeline.want([5, 6, 7, 8, 9]);
    await flushPromises();
    expect(asked()).toEqual(['c5', 'c6', 'c7']);
    held.forEach((go) => go());
    await flushPromises();
    expect(asked()).toEqual(['c5', 'c6', 'c7', 'c8', 'c9']);
    expect(timeline.photosOf(5)!.map((photo) => photo.id)).toEqual(['c5 a', 'c5 b']);
    timeline.want([5, 6]);
    await flushPromises();
    expect(asked()).toHaveLength(5);
  });

  it('gives up what went out of sight, but not what somebody waits for', async () => {
    const timeline = await timelineOf();
    isHeld = true;
    timeline.want([1, 2]);
    const waited = timeline.load(3);
    timeline.want([30]);
    await flushPromises();
    expect(asked()).toEqual(['c1', 'c2', 'c3', 'c30']);
    held.forEach((go) => go());
    expect((await waited).map((photo) => photo.id)).toEqual(['c3 a', 'c3 b']);
    await flushPromises();
    expect(timeline.photosOf(1)).toBeUndefined();
    expect(timeline.error.value).toBe('');
  });

  it('keeps no more than some segments', async () => {
    const timeline = await timelineOf();
    for (let i = 0; i < 60; i += 1) await timeline.load(i);
    expect(segments.filter((_, i) => timeline.photosOf(i)).length).toBe(40);
    expect(timeline.photosOf(59)).toBeDefined();
    expect(timeline.photosOf(0)).toBeUndefined();
  });

  it('shows what it has until the same anew is there, and nothing of another filter', async () => {
    const timeline = await timelineOf();
    await timeline.load(4);
    await timeline.refresh();
    expect(timeline.photosOf(4)).toBeDefined();
    timeline.want([4]);
    await flushPromises();
    expect(asked()).toEqual(['c4', 'c4']);
    await timeline.restart();
    expect(timeline.photosOf(4)).toBeUndefined();
  });

  it('tells what went wrong', async () => {
    const timeline = await timelineOf();
    get.mockImplementation(() => Promise.resolve({ error: { error: { message: 'busy' } }, response: { ok: false, status: 503 } }));
    timeline.want([1]);
    await flushPromises();
    expect(timeline.error.value).toBe('busy');
    expect(asked()).toEqual(['c1']); // and does not ask again and again
  });
});
