import { afterEach, expect, test, vi } from 'vitest';
import { Problem } from '../api/problem';
import { useWaitingEntry, type EntryNews } from './waiting_entry';

const settled = vi.fn();
afterEach(() => vi.clearAllMocks());
const stored = (words: string): EntryNews => ({ words, isBad: false });

test('what a scanner gives faster than it is stored is stored in its order', async () => {
  const order: string[] = [];
  const release: (() => void)[] = [];
  const entry = useWaitingEntry(async (id) => {
    await new Promise<void>((resolve) => release.push(resolve));
    order.push(id);
    return stored(id);
  }, settled);
  entry.typed.value = 'A-1';
  entry.enter();
  expect(entry.typed.value).toBe('');
  entry.typed.value = 'A-2';
  entry.enter();
  await vi.waitFor(() => expect(release.length).toBe(1));
  release[0]!();
  await vi.waitFor(() => expect(release.length).toBe(2));
  expect(entry.isBusy.value).toBe(true);
  release[1]!();
  await vi.waitFor(() => expect(entry.isBusy.value).toBe(false));
  expect(order).toEqual(['A-1', 'A-2']);
  expect(entry.news.value).toEqual(stored('A-2'));
});

test('an id that no folder can have is refused in words, stays to be corrected, and is not sent', async () => {
  const send = vi.fn();
  const entry = useWaitingEntry(send, settled);
  entry.typed.value = '../A';
  entry.enter();
  await Promise.resolve();
  expect(send).not.toHaveBeenCalled();
  expect(entry.typed.value).toBe('../A');
  expect(entry.news.value?.isBad).toBe(true);
});

test('what could not be stored stands in the field again, unless somebody types the next; what follows is stored', async () => {
  let isAway = true;
  const entry = useWaitingEntry(async (id) => {
    if (isAway) throw new Problem(503, 'The server is away.');
    return stored(id);
  }, settled);
  entry.typed.value = 'A-1';
  entry.enter();
  await vi.waitFor(() => expect(entry.news.value?.words).toContain('The server is away.'));
  expect(entry.typed.value).toBe('A-1');
  entry.typed.value = 'A-2';
  isAway = false;
  expect(await entry.enterId('A-3')).toBe(true);
  expect(entry.typed.value).toBe('A-2');
  expect(settled).toHaveBeenCalledTimes(2);
});

test('what an id is for is settled when it is entered, not when it is sent', async () => {
  const sent: [string, string][] = [];
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let target = 'the part that is shown';
  const entry = useWaitingEntry(async (id, at: string) => {
    await held;
    sent.push([id, at]);
    return stored(id);
  }, settled, () => target);
  void entry.enterId('A-1');
  const second = entry.enterId('A-2');
  target = 'another';
  const third = entry.enterId('A-3');
  release();
  await Promise.all([second, third]);
  expect(sent).toEqual([['A-1', 'the part that is shown'], ['A-2', 'the part that is shown'], ['A-3', 'another']]);
});

test('what waited too long to be sent is not stored on its own, and stands in the field', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const send = vi.fn(async (id: string) => held.then(() => stored(id)));
  const entry = useWaitingEntry(send, settled);
  void entry.enterId('A-1');
  const second = entry.enterId('A-2');
  await vi.waitFor(() => expect(send).toHaveBeenCalledTimes(1));
  now.mockReturnValue(7_000);
  release();
  expect(await second).toBe(false);
  expect(send).toHaveBeenCalledTimes(1);
  expect(entry.typed.value).toBe('A-2');
  expect(entry.news.value?.isBad).toBe(true);
  now.mockRestore();
});

test('an answer that does not come is no refusal: whether it was stored is to be looked at', async () => {
  const entry = useWaitingEntry(() => Promise.reject(new Problem(0, 'No answer came.')), settled);
  expect(await entry.enterId('A-1')).toBe(false);
  expect(entry.news.value?.words).toContain('Look at what waits');
});
