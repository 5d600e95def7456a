// All of a job that goes on paper, read at once: the job, its pairs, every photo and the names of their places.
import { api, type Job, type Photo, type PhotoPair } from '../api/client';
import { dataOf } from '../api/problem';
import { asDate } from './times';
import { text } from '../strings';

export interface JobReport {
  job: Job;
  pairs: readonly PhotoPair[];
  photos: readonly Photo[];
  places: ReadonlyMap<string, string>; // names by location id
}

async function allPhotos(job: number): Promise<Photo[]> {
  const photos: Photo[] = [];
  for (let cursor: string | null = null, isFirst = true; isFirst || cursor; isFirst = false) {
    const query = { job, sort: 'taken_at', limit: 500, ...(cursor && { cursor }) } as const;
    const page: { results: Photo[]; next: string | null } = await dataOf(api.GET('/api/v1/images/photos', { params: { query } }));
    photos.push(...page.results);
    cursor = page.next;
  }
  return photos;
}

async function placesOf(photos: readonly Photo[]): Promise<Map<string, string>> {
  const ids = [...new Set(photos.flatMap(({ location_id: id }) => (id ? [id] : [])))];
  const named = await Promise.all(ids.map((id) => dataOf(api.GET('/api/v1/locations/{id}', { params: { path: { id } } }))));
  return new Map(named.map(({ id, name }) => [id, name]));
}

export async function readReport(id: number): Promise<JobReport> {
  const path = { id };
  const [job, pairs, photos] = await Promise.all([
    dataOf(api.GET('/api/v1/jobs/{id}', { params: { path } })),
    dataOf(api.GET('/api/v1/jobs/{id}/pairs', { params: { path } })),
    allPhotos(id),
  ]);
  return { job, pairs: pairs.results, photos, places: await placesOf(photos) };
}

// The first and the last day of the photos.
export function daysOf(photos: readonly Pick<Photo, 'taken_at'>[]): string {
  const times = photos.map((photo) => photo.taken_at).sort();
  const [first, last] = [times[0], times[times.length - 1]];
  if (!first || !last) return '';
  const [from, to] = [asDate(first), asDate(last)];
  return from === to ? from : text.print.untilDay(from, to);
}

// In rows of `across`: a row is never cut by the end of a page.
export function inRows<T>(all: readonly T[], across: number): T[][] {
  const rows: T[][] = [];
  for (let at = 0; at < all.length; at += across) rows.push(all.slice(at, at + across));
  return rows;
}
