import { describe, expect, it } from 'vitest';
import type { Photo } from '../api/client';
import { byDay } from './days';
import { jobTitle } from './job_title';
import { titleOf } from './photo_title';

const photo = (values: Partial<Photo>) => values as Photo;

describe('names for people', () => {
  it('call a job by number and title, else by its id', () => {
    expect(jobTitle({ id: 4, number: 'A-7', title: 'Roof' })).toBe('A-7 · Roof');
    expect(jobTitle({ id: 4, number: '', title: 'Roof' })).toBe('Roof');
    expect(jobTitle({ id: 4, number: '', title: '' })).toBe('Job 4');
  });

  it('call a photo by its description, else by its name', () => {
    expect(titleOf(photo({ description: 'Crack', original_filename: 'a.jpg' }))).toBe('Crack');
    expect(titleOf(photo({ description: '', original_filename: 'a.jpg' }))).toBe('a.jpg');
    expect(titleOf(photo({ description: '', original_filename: '', filename: 'img_1.jpg' }))).toBe('img_1.jpg');
  });

  it('gather photos in a row by day', () => {
    const at = (day: number, hour: number) => photo({ taken_at: new Date(2026, 10, day, hour).toISOString() });
    expect(byDay([at(3, 23), at(3, 1), at(2, 12)]).map((day) => day.photos.length)).toEqual([2, 1]);
    expect(byDay([])).toEqual([]);
  });
});
