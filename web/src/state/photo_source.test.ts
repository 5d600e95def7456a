import { describe, expect, it } from 'vitest';
import { sourceOf } from './photo_source';

describe('the list a photo is looked at in', () => {
  it('is a job’s gallery, in the order of upload', () => {
    expect(sourceOf({ in: 'job-17', with: 'x' })).toEqual({ query: { job: 17, sort: 'uploaded_at' }, back: { path: '/job/17' } });
  });

  it('is what was photographed of an asset or at a location, and leads back there', () => {
    expect(sourceOf({ in: 'asset-0a1b' })).toEqual({ query: { asset: '0a1b' }, back: { path: '/asset/0a1b' } });
    expect(sourceOf({ in: 'place-0a1b' })).toEqual({ query: { location: '0a1b' }, back: { path: '/place/0a1b' } });
  });

  it('is else the page of all photos as it was filtered', () => {
    const { query, back } = sourceOf({ tag: 'pump', with: 'x' });
    expect(query).toEqual({ tag: 'pump' });
    expect(back).toEqual({ path: '/photos', query: { tag: 'pump' } });
    expect(sourceOf({ in: 'job-x' }).back.path).toBe('/photos');
  });
});
