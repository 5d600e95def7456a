import { describe, expect, it } from 'vitest';
import { asDuration, ceilingOf, durationCeilingOf, requestOf, slotsOf } from './queue_history';

const spread = { p50: 0.1, p95: 0.2, p99: 0.3 };
const point = (at: string) => ({ at, completed: 3, failed: 1, discarded: 0, cancelled: 0, wait: spread, run: spread });

describe('the figures of the queues', () => {
  it('are asked for in whole steps up to the one that is not over', () => {
    expect(requestOf('hour', new Date('2026-11-21T08:00:30Z'))).toEqual({ from: '2026-11-21T07:01:00.000Z', to: '2026-11-21T08:01:00.000Z', step: 60 });
    expect(requestOf('week', new Date('2026-11-21T08:00:00Z'))).toEqual({ from: '2026-11-14T09:00:00.000Z', to: '2026-11-21T09:00:00.000Z', step: 10800 });
  });

  it('have a slot for every step, also for the empty ones', () => {
    const slots = slotsOf([point('2026-11-21T08:01:00Z')], { from: '2026-11-21T08:00:00Z', to: '2026-11-21T08:03:00Z', step: 60 });
    expect(slots.map(({ at, point: one }) => [at, one?.completed ?? 0])).toEqual([
      ['2026-11-21T08:00:00.000Z', 0],
      ['2026-11-21T08:01:00.000Z', 3],
      ['2026-11-21T08:02:00.000Z', 0],
    ]);
  });

  it('reach up to a round number', () => {
    expect([0, 1, 3, 17, 99, 100, 130, 260].map((value) => ceilingOf(value, 1))).toEqual([1, 1, 5, 20, 100, 100, 200, 500]);
    expect(ceilingOf(0.0234, 0.001)).toBeCloseTo(0.025);
    expect([0, 0.3, 7, 55, 61, 1900, 12_000, 90_000].map(durationCeilingOf)).toEqual([0.001, 0.5, 10, 60, 120, 3600, 14_400, 90_000]);
  });

  it('tell durations in the unit that fits', () => {
    expect([0.0125, 0.25, 3.14159, 90, 600, 9000, null].map(asDuration)).toEqual(['13 ms', '250 ms', '3.1 s', '90 s', '10 min', '2.5 h', '–']);
  });
});
