import { describe, expect, it } from 'vitest';
import { secondsLeft, UploadRate } from './upload_rate';

describe('the rate of an upload', () => {
  it('is what went in the last seconds', () => {
    const rate = new UploadRate();
    expect(rate.perSecond(0)).toBe(0);
    for (let at = 0; at <= 4000; at += 500) rate.note(1000, at);
    expect(rate.perSecond(4000)).toBe(2250);
    expect(rate.perSecond(20_000)).toBe(0);
  });

  it('tells the time that is left, or nothing', () => {
    expect(secondsLeft(10_000, 3000)).toBe(4);
    expect(secondsLeft(10_000, 0)).toBeNull();
  });
});
