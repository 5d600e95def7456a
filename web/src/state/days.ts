// Photos in a row that were taken on one day of the viewer's calendar.
import type { Photo } from '../api/client';
import { asDay } from './times';

export interface Day {
  name: string;
  photos: Photo[];
}

export function byDay(photos: readonly Photo[]): Day[] {
  const days: Day[] = [];
  for (const photo of photos) {
    const name = asDay(photo.taken_at);
    const last = days[days.length - 1];
    if (last?.name === name) last.photos.push(photo);
    else days.push({ name, photos: [photo] });
  }
  return days;
}

// Days are the viewer's: from the first moment of one to the last of the other.
export function momentOf(day: string, daysLater: number): string | undefined {
  const date = new Date(`${day}T00:00:00`);
  if (!day || Number.isNaN(date.getTime())) return undefined;
  date.setDate(date.getDate() + daysLater);
  return date.toISOString();
}
