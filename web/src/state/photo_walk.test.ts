import { ref } from 'vue';
import { describe, expect, it } from 'vitest';
import type { Photo, PhotoQuery } from '../api/client';
import { justAfter, usePhotoWalk } from './photo_walk';

// Ten a second, so that many share a time; ids rise with time.
const all = Array.from({ length: 100 }, (_, i) => ({
  id: `p${String(i).padStart(3, '0')}`,
  taken_at: `2026-11-21T04:00:${String(Math.floor(i / 10)).padStart(2, '0')}.000000Z`,
  uploaded_at: `2026-11-21T05:00:00.${String(i).padStart(6, '0')}Z`,
})) as unknown as Photo[];

// A listing as the server keeps it, five photos a page, whatever is asked for.
function server(photos = all) {
  const asked: PhotoQuery[] = [];
  const read = (query: PhotoQuery) => {
    asked.push(query);
    const isOldestFirst = query.sort === 'taken_at' || query.sort === 'uploaded_at';
    const within = photos.filter((one) => (!query.taken_from || one.taken_at >= query.taken_from) && (!query.taken_to || one.taken_at < query.taken_to));
    const sorted = isOldestFirst ? within : [...within].reverse();
    const start = Number(query.cursor ?? 0);
    const results = sorted.slice(start, start + 5);
    return Promise.resolve({ results, next: start + 5 < sorted.length ? String(start + 5) : null });
  };
  return { read, asked };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

async function walkFrom(place: number, query: PhotoQuery = {}) {
  const id = ref(all[place]!.id);
  const { read, asked } = server();
  const walk = usePhotoWalk(read, () => query, () => id.value);
  await walk.begin(all[place]!);
  const step = async (by: 'next' | 'previous') => {
    const photo = walk[by].value;
    if (photo) id.value = photo.id;
    await settle();
    return photo?.id ?? null;
  };
  return { walk, step, asked, id };
}

describe('a walk through photos', () => {
  it('goes on in both directions from the middle of a long list, newest first', async () => {
    const { step, asked } = await walkFrom(55);
    expect(asked.every((query) => query.taken_from || query.taken_to)).toBe(true);
    expect(await step('next')).toBe('p054');
    expect(await step('previous')).toBe('p055');
    expect(await step('previous')).toBe('p056');
  });

  it('meets every photo once, equal times included, to both ends', async () => {
    for (const [direction, last] of [['next', 'p000'], ['previous', 'p099']] as const) {
      const { step, walk } = await walkFrom(50);
      const met = [];
      for (let id = await step(direction); id; id = await step(direction)) met.push(id);
      expect(new Set(met).size).toBe(met.length);
      expect(met).toHaveLength(direction === 'next' ? 50 : 49);
      expect(met.at(-1)).toBe(last);
      expect(walk[direction].value).toBe(null);
    }
  });

  it('turns round with the order of the list', async () => {
    const { walk } = await walkFrom(50, { sort: 'taken_at' });
    expect(walk.next.value?.id).toBe('p051');
    expect(walk.previous.value?.id).toBe('p049');
  });

  it('reads lists by upload from their beginning', async () => {
    const { walk } = await walkFrom(12, { sort: 'uploaded_at' });
    expect([walk.previous.value?.id, walk.next.value?.id]).toEqual(['p011', 'p013']);
  });

  it('keeps to the days that the list is filtered by', async () => {
    const { walk } = await walkFrom(50, { taken_from: all[50]!.taken_at, taken_to: '2026-11-21T04:00:06Z' });
    expect(walk.next.value).toBe(null);
    expect(walk.previous.value?.id).toBe('p051');
  });

  it('leaves out what was removed, and shows what was changed', async () => {
    const { walk } = await walkFrom(50);
    walk.remove('p049');
    expect(walk.next.value?.id).toBe('p048');
    walk.replace({ ...all[48]!, description: 'new' });
    expect(walk.next.value?.description).toBe('new');
  });

  it('has no neighbours for a photo that its list does not hold', async () => {
    const id = ref('x');
    const { read } = server();
    const walk = usePhotoWalk(read, () => ({}), () => id.value);
    await walk.begin({ ...all[5]!, id: 'x' });
    expect([walk.current.value?.id, walk.next.value, walk.previous.value]).toEqual(['x', null, null]);
  });

  it('finds the neighbour to compare with, the compared one left out', async () => {
    const { walk } = await walkFrom(50);
    expect(walk.beside(all[51]!, 1, all[50]!)?.id).toBe('p049');
    expect(walk.find('p049')?.id).toBe('p049');
  });
});

describe('the moment after a time', () => {
  it('is a microsecond later, over the second’s border too', () => {
    expect(justAfter('2026-11-21T04:12:33.123456Z')).toBe('2026-11-21T04:12:33.123457Z');
    expect(justAfter('2026-12-31T23:59:59.999999Z')).toBe('2027-01-01T00:00:00.000000Z');
  });
});
