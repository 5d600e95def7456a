// The list that a photo is looked at in, held in the address line: "/photo/ID?in=job-17", or else the query of the page
// of all photos. So the photos beside it, and the way back, outlive a reload and can be sent to somebody.
import type { LocationQuery, LocationQueryRaw, RouteLocationRaw } from 'vue-router';
import type { Photo, PhotoQuery } from '../api/client';
import { filtersOf, requestOf } from './photo_filters';

export interface PhotoSource {
  query: PhotoQuery; // of the listing
  back: { path: string; query?: LocationQueryRaw };
}

const ofJob = /^job-(\d+)$/;
const ofThing = /^(asset|place)-([0-9a-f-]+)$/;

export function sourceOf(query: LocationQuery): PhotoSource {
  const job = ofJob.exec(String(query.in ?? ''));
  if (job) return { query: { job: Number(job[1]), sort: 'uploaded_at' }, back: { path: `/job/${job[1]}` } };
  const [, kind, id] = ofThing.exec(String(query.in ?? '')) ?? [];
  if (kind && id) return { query: kind === 'asset' ? { asset: id } : { location: id }, back: { path: `/${kind}/${id}` } };
  if (query.in === 'map') {
    const { in: _, with: __, ...map } = query;
    return { query: requestOf({ ...filtersOf(map), bbox: String(map.open ?? '') }), back: { path: '/map', query: map } };
  }
  const { in: _, with: __, ...filters } = query;
  return { query: requestOf(filtersOf(filters)), back: { path: '/photos', query: filters } };
}

// The photo whose page somebody just came back from, by the browser's own memory.
export function photoReturnedFrom(): string | null {
  const forward: unknown = window.history.state?.forward;
  return typeof forward === 'string' ? (/^\/photo\/([^/?#]+)/.exec(forward)?.[1] ?? null) : null;
}

export const photoAddress = (photo: Pick<Photo, 'id'>, query: LocationQueryRaw = {}): RouteLocationRaw => ({ path: `/photo/${photo.id}`, query });
export const inThing = (kind: 'asset' | 'place', id: string): LocationQueryRaw => ({ in: `${kind}-${id}` });
export const inMap = (view: LocationQueryRaw): LocationQueryRaw => ({ in: 'map', ...view });
export const inJob = (job: number): LocationQueryRaw => ({ in: `job-${job}` });
