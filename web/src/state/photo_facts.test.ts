import { describe, expect, it } from 'vitest';
import type { Photo } from '../api/client';
import { text } from '../strings';
import { asBytes, asExposure, factsOf, positionOf } from './photo_facts';

const bare = {
  filename: 'img_1.jpg',
  original_filename: '',
  job_id: null,
  taken_at: '2024-03-05T10:00:00Z',
  taken_at_source: 'upload',
  uploaded_at: '2024-03-05T10:00:00Z',
  width: 4000,
  height: 3000,
  file_size: 2_345_678,
  latitude: null,
  longitude: null,
  processing_status: 'PENDING',
  sha256: 'ab',
} as Photo;
const valueOf = (photo: Photo, name: string) => factsOf(photo).find((fact) => fact.name === name)?.value;
const names = text.viewer.facts;

describe('the facts of a photo', () => {
  it('leave out what is not known', () => {
    expect(factsOf(bare).map((fact) => fact.name)).toEqual([names.file, names.uploaded, names.size, names.state, names.hash]);
    expect(valueOf(bare, names.file)).toBe('img_1.jpg');
    expect(valueOf(bare, names.size)).toBe('4000 × 3000 px · 2.3 MB');
  });

  it('show the equator and the first meridian as places like any other', () => {
    expect(positionOf({ ...bare, latitude: 0, longitude: 0, altitude: -3.2 })).toBe('0.00000, 0.00000, -3 m');
  });

  it('write exposures as photographers do', () => {
    expect(asExposure(0.004)).toBe('1/250 s');
    expect(asExposure(0.5)).toBe('0.5 s');
    expect(asExposure(30)).toBe('30 s');
    const taken = { ...bare, exposure_seconds: 0.01, f_number: 2.8, iso: 100, focal_length_mm: 50 };
    expect(valueOf(taken, names.exposure)).toBe('1/100 s · f/2.8 · ISO 100 · 50 mm');
  });

  it('write sizes in the unit that reads best', () => {
    expect(asBytes(1)).toBe('1 kB');
    expect(asBytes(999_000)).toBe('999 kB');
    expect(asBytes(50_000_000)).toBe('50.0 MB');
  });

  it('tell what a camera trap noted, and only that', () => {
    const nothing = { temperature: null, humidity: null, pressure: null, moon_phase: null, trigger: null, event: null, position: null, count: null, battery_volts: null, lit: null, serial: null, label: null };
    const noted = { ...bare, trap: { ...nothing, temperature: -4.25, moon_phase: 'full', trigger: 'motion', event: 115, position: 2, count: 5, battery_volts: 8.15, lit: true, serial: 'H550HH12223408' } } as Photo;
    expect(valueOf(noted, names.air)).toBe('-4.3 °C');
    expect(valueOf(noted, names.moon)).toBe(text.viewer.trap.moon.full);
    expect(valueOf(noted, names.trigger)).toBe('by motion · picture 2 of 5 · event 115');
    expect(valueOf(noted, names.light)).toBe(text.viewer.trap.lit);
    expect(valueOf(noted, names.trap)).toBe('H550HH12223408 · battery 8.15 V');
    const cold = { ...bare, trap: { ...nothing, temperature: 0, lit: false } } as Photo;
    expect(valueOf(cold, names.air)).toBe('0 °C');
    expect(valueOf(cold, names.moon)).toBeUndefined();
    expect(valueOf(cold, names.light)).toBe(text.viewer.trap.unlit);
  });

  it('name the reason of a failed analysis', () => {
    expect(valueOf({ ...bare, processing_status: 'FAILED', error: 'no memory' }, names.state)).toBe('no memory');
  });
});
