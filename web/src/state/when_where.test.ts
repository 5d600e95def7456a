import { describe, expect, it } from 'vitest';
import type { Photo } from '../api/client';
import { readWhenWhere, splitPosition, whenWhereOf } from './when_where';

const photo = { taken_at: '2026-11-21T04:12:33.500000Z', latitude: 48.5, longitude: -11.25, altitude: null } as Photo;
const typed = (change: Partial<ReturnType<typeof whenWhereOf>> = {}) => readWhenWhere(photo, { ...whenWhereOf(photo), ...change });

describe('time and place as typed', () => {
  it('are no change when nothing was typed', () => {
    expect(typed()).toEqual({ change: {} });
  });

  it('name only what changed, the position as a whole', () => {
    expect(typed({ latitude: '48,75' })).toEqual({ change: { latitude: 48.75, longitude: -11.25, altitude: null } });
    const local = new Date(2020, 1, 2, 3, 4, 5);
    expect(typed({ time: '2020-02-02T03:04:05' })).toEqual({ change: { taken_at: local.toISOString() } });
    expect(typed({ latitude: '', longitude: '' })).toEqual({ change: { latitude: null, longitude: null, altitude: null } });
  });

  it('are refused at the field that is wrong', () => {
    const wrong = (change: Parameters<typeof typed>[0]) => Object.keys((typed(change) as { errors: object }).errors);
    expect(wrong({ time: '' })).toEqual(['time']);
    expect(wrong({ latitude: '91' })).toEqual(['latitude']);
    expect(wrong({ longitude: 'east' })).toEqual(['longitude']);
    expect(wrong({ longitude: '' })).toEqual(['longitude']);
    expect(wrong({ latitude: '', longitude: '', altitude: '7' })).toEqual(['altitude']);
  });

  it('understand a position pasted in one piece', () => {
    expect(splitPosition('48.1375, 11.575')).toEqual({ latitude: '48.1375', longitude: '11.575' });
    expect(splitPosition('-1; 100.25')).toEqual({ latitude: '-1', longitude: '100.25' });
    expect(splitPosition('48,75')).toBe(null);
    expect(splitPosition('48.75')).toBe(null);
  });
});
