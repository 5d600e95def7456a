import { createApp, h, nextTick, reactive } from 'vue';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { UploadItem, UploadState } from '../state/upload_queue';

const acts = vi.hoisted(() => ({ pause: vi.fn(), resume: vi.fn(), cancel: vi.fn(), clear: vi.fn(), items: [] as UploadItem[] }));
vi.mock('../state/uploading', () => ({
  uploadQueue: {
    ...acts,
    isBusy: { value: true },
    isUnsafe: { value: true },
    speed: { value: 2_000_000 },
    secondsLeft: { value: 90 },
    count: (...states: UploadState[]) => acts.items.filter((one) => states.includes(one.state)).length,
  },
}));
window.matchMedia = (query: string) => ({ matches: true, media: query }) as MediaQueryList; // a wide screen
const { default: UploadTray } = await import('./UploadTray.vue');

const hostile = '<img src=x onerror=alert(1)>.jpg';
const item = (state: UploadState, over: Partial<UploadItem> = {}): UploadItem =>
  reactive({
    id: state, user: 'u', name: `${state}.jpg`, size: 4_000_000, addedAt: 0, target: { kind: 'field' }, url: null, sha256: null,
    isPaused: false, problem: '', state, sent: 1_000_000, speed: 1_000_000, retryAt: null, photo: null, isSafe: true, ...over,
  });

function mount(...items: UploadItem[]): HTMLElement {
  acts.items.splice(0, acts.items.length, ...items);
  const place = document.createElement('div');
  createApp({ render: () => h(UploadTray) }).component('RouterLink', { props: ['to'], template: '<a />' }).mount(place);
  return place;
}
const press = (place: HTMLElement, label: string) => place.querySelector<HTMLButtonElement>(`[aria-label="${label}"]`)?.click();
const stateOf = (place: HTMLElement, state: UploadState) => place.querySelector(`[data-state=${state}]`)?.textContent ?? '';

afterEach(() => vi.clearAllMocks());

describe('the upload tray', () => {
  it('shows what fails first, with its reason and a way to try again', async () => {
    const place = mount(item('sending'), item('failed', { problem: 'This is no picture.', name: hostile }));
    await nextTick();
    expect(place.querySelectorAll('img')).toHaveLength(0);
    expect(place.querySelector('li')?.textContent).toContain(hostile);
    expect(stateOf(place, 'failed')).toContain('This is no picture.');
    press(place, `Retry ${hostile}`);
    expect(acts.resume).toHaveBeenCalledOnce();
  });

  it('tells how far, how fast and how long', () => {
    const place = mount(item('sending'), item('waiting'));
    expect(stateOf(place, 'sending')).toContain('25 % · 1 MB/s · 3 s left');
    expect(place.textContent).toContain('2 MB/s, 2 min left');
    expect(place.querySelector('[role=status]')?.textContent).toBe('0 of 2 photos stored');
  });

  it('pauses and cancels one, and all', () => {
    const place = mount(item('sending'), item('waiting'), item('paused'));
    press(place, 'Pause sending.jpg');
    press(place, 'Cancel waiting.jpg');
    expect([acts.pause, acts.cancel].map((one) => one.mock.calls.length)).toEqual([1, 1]);
    [...place.querySelectorAll('button')].find((one) => one.textContent === 'Pause all')?.click();
    expect(acts.pause).toHaveBeenCalledTimes(3);
  });

  it('says duplicates, what waits for the line, and what closing the page would lose', () => {
    const place = mount(item('duplicate'), item('waiting', { retryAt: 5 }));
    expect(stateOf(place, 'duplicate')).toContain('already');
    expect(stateOf(place, 'waiting')).toContain('Waiting for the connection');
    expect(place.textContent).toContain('Leave the page open');
  });
});
