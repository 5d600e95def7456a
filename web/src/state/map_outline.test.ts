import { describe, expect, it } from 'vitest';
import { unrolled } from './map_outline';

describe('a ring of the outline', () => {
  it('stays as it is where it crosses nothing', () => {
    const ring = [[0, 0], [10, 0], [10, 10], [0, 0]];
    expect(unrolled(ring)).toEqual(ring);
    expect(unrolled([])).toEqual([]);
  });
  it('goes on beyond the 180° meridian', () => {
    expect(unrolled([[170, 60], [180, 60], [-170, 65], [-180, 70], [170, 60]])).toEqual([[170, 60], [180, 60], [190, 65], [180, 70], [170, 60]]);
  });
  it('round a pole is closed there', () => {
    expect(unrolled([[-120, -80], [0, -75], [120, -70], [-120, -80]])).toEqual([[-120, -80], [0, -75], [120, -70], [240, -80], [240, -90], [-120, -90], [-120, -80]]);
  });
});
