import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inSpareTime } from './spare_time';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('does the pieces in their order, a few at a time, and not what was called off', async () => {
  const done: number[] = [];
  const slow = (name: number) => () => {
    done.push(name);
    vi.setSystemTime(Date.now() + 1);
    vi.advanceTimersByTime(3); // the clock that the share is measured by
  };
  inSpareTime(slow(1));
  inSpareTime(slow(2));
  const callOff = inSpareTime(slow(3));
  inSpareTime(slow(4));
  expect(done).toEqual([]);
  callOff();
  await vi.advanceTimersByTimeAsync(200);
  expect(done).toEqual([1, 2, 4]);
});
