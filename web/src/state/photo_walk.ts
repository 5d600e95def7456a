// The photos before and after the one that is shown, in the order of its list, whose length does not matter: lists by
// time taken are asked from that time in both directions, others are read from their beginning.
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { Photo, PhotoQuery } from '../api/client';
import { wordsOf } from '../api/problem';
import type { Page } from './paged_list';

type ReadPhotos = (query: PhotoQuery) => Promise<Page<Photo>>;

const pageSize = 30;
const nearEnd = 3; // photos before the end of what is loaded at which more are asked for
const mostPages = 40; // of 500, read from a list's beginning to find a photo; and of equal times

// A microsecond later, which is the server's step: an end that is left out of the list then lets this moment in.
export function justAfter(iso: string): string {
  const match = /^(.*)\.(\d{6})Z$/.exec(iso);
  if (!match) return new Date(Date.parse(iso) + 1).toISOString();
  const micros = Number(match[2]) + 1;
  if (micros < 1_000_000) return `${match[1]}.${String(micros).padStart(6, '0')}Z`;
  return `${new Date(Date.parse(`${match[1]}Z`) + 1000).toISOString().slice(0, 19)}.000000Z`;
}

const earlier = (a: string | undefined, b: string) => (a && Date.parse(a) < Date.parse(b) ? a : b);
const later = (a: string | undefined, b: string) => (a && Date.parse(a) > Date.parse(b) ? a : b);

// One direction: the photos that follow `photo`, read on when asked.
interface Side {
  rows: Photo[];
  query: PhotoQuery;
  cursor: string | null;
  isRead: boolean; // to its end
}

async function readSide(read: ReadPhotos, side: Side): Promise<Side> {
  const page = await read({ ...side.query, ...(side.cursor && { cursor: side.cursor }) });
  return { ...side, rows: [...side.rows, ...page.results], cursor: page.next, isRead: page.next === null };
}

// The side without what comes up to and with `photo`, which is then in `passed`; null when the list does not hold it.
async function readPast(read: ReadPhotos, query: PhotoQuery, photo: Photo): Promise<{ side: Side; passed: Photo[] } | null> {
  let side: Side = { rows: [], query, cursor: null, isRead: false };
  for (let page = 0; page < mostPages && !side.isRead; page += 1) {
    side = await readSide(read, side);
    const at = side.rows.findIndex((one) => one.id === photo.id);
    // Where the photo ends its page, the next one tells what follows it.
    if (at >= 0 && (at + nearEnd < side.rows.length || side.isRead)) return { side: { ...side, rows: side.rows.slice(at + 1) }, passed: side.rows.slice(0, at) };
  }
  return null;
}

const none: Side = { rows: [], query: {}, cursor: null, isRead: true };

async function readAround(read: ReadPhotos, query: PhotoQuery, photo: Photo): Promise<{ before: Side; after: Side }> {
  if (query.sort === 'uploaded_at' || query.sort === '-uploaded_at') {
    const found = await readPast(read, { ...query, limit: 500 }, photo);
    return found ? { before: { ...none, rows: found.passed.reverse() }, after: found.side } : { before: none, after: none };
  }
  const isOldestFirst = query.sort === 'taken_at';
  const older: PhotoQuery = { ...query, limit: pageSize, sort: '-taken_at', taken_to: earlier(query.taken_to, justAfter(photo.taken_at)) };
  const newer: PhotoQuery = { ...query, limit: pageSize, sort: 'taken_at', taken_from: later(query.taken_from, photo.taken_at) };
  const [after, before] = await Promise.all([isOldestFirst ? newer : older, isOldestFirst ? older : newer].map((one) => readPast(read, one, photo)));
  return { before: before?.side ?? none, after: after?.side ?? none };
}

export interface PhotoWalk {
  current: ComputedRef<Photo | null>; // null until its neighbours are known
  previous: ComputedRef<Photo | null>;
  next: ComputedRef<Photo | null>;
  error: Readonly<Ref<string>>;
  find(id: string): Photo | null; // of those that are loaded
  beside(photo: Photo, by: 1 | -1, except: Photo): Photo | null; // the next but `except`
  begin(photo: Photo): Promise<void>; // does nothing for a photo that the walk knows
  replace(photo: Photo): void; // what is known of it changed
  remove(id: string): void;
}

export function usePhotoWalk(read: ReadPhotos, query: () => PhotoQuery, id: () => string): PhotoWalk {
  const before = shallowRef<Side>(none); // nearest first
  const start = shallowRef<Photo | null>(null);
  const after = shallowRef<Side>(none);
  const error = ref('');
  let walk = 0; // answers of an earlier one are dropped

  const rows = computed(() => [...before.value.rows].reverse().concat(start.value ?? [], after.value.rows));
  const index = computed(() => rows.value.findIndex((photo) => photo.id === id()));
  const at = (place: number) => (index.value < 0 ? null : (rows.value[place] ?? null));

  async function extend(side: Ref<Side>): Promise<void> {
    if (side.value.isRead) return;
    const asked = walk;
    const from = side.value;
    try {
      const longer = await readSide(read, from);
      if (asked === walk && side.value === from) side.value = longer;
    } catch (cause) {
      error.value = wordsOf(cause);
    }
  }

  watch(index, (place) => {
    if (place < 0) return;
    if (place < nearEnd) void extend(before);
    if (place + nearEnd >= rows.value.length) void extend(after);
  });

  const changed = (change: (photos: Photo[]) => Photo[]) => {
    before.value = { ...before.value, rows: change(before.value.rows) };
    after.value = { ...after.value, rows: change(after.value.rows) };
    start.value = start.value && (change([start.value])[0] ?? null);
  };

  return {
    current: computed(() => at(index.value)),
    previous: computed(() => at(index.value - 1)),
    next: computed(() => at(index.value + 1)),
    error,
    find: (wanted) => rows.value.find((one) => one.id === wanted) ?? null,
    beside(photo, by, except) {
      const place = rows.value.findIndex((one) => one.id === photo.id) + by;
      const found = rows.value[place];
      return (found?.id === except.id ? rows.value[place + by] : found) ?? null;
    },
    async begin(photo) {
      if (rows.value.some((one) => one.id === photo.id)) return;
      const asked = ++walk;
      error.value = '';
      try {
        const around = await readAround(read, query(), photo);
        if (asked !== walk) return;
        [before.value, start.value, after.value] = [around.before, photo, around.after];
      } catch (cause) {
        if (asked === walk) error.value = wordsOf(cause);
      }
    },
    replace: (photo) => changed((photos) => photos.map((one) => (one.id === photo.id ? photo : one))),
    remove: (gone) => changed((photos) => photos.filter((one) => one.id !== gone)),
  };
}
