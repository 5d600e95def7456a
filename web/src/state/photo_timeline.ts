// All photos that a filter lets through: how they are cut into segments, and those segments' photos near what is seen.
import { ref, shallowRef, triggerRef, type Ref, type ShallowRef } from 'vue';
import { api, type Photo, type PhotoQuery } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import type { Segment } from './photo_layout';

export interface PhotoTimeline {
  segments: Readonly<ShallowRef<Segment[]>>;
  total: Readonly<Ref<number>>;
  isKnown: Readonly<Ref<boolean>>; // the segments have come
  error: Readonly<Ref<string>>;
  version: Readonly<Ref<number>>; // raised when photos came; read by what shows them
  photosOf(index: number): Photo[] | undefined;
  load(index: number): Promise<Photo[]>; // whatever is seen
  want(indices: number[]): void; // these, soon, and no longer what was wanted before
  restart(): Promise<void>; // with what is asked for now; what is shown stays until it is there
  refresh(): Promise<void>; // the same anew, after photos were changed
}

const most = 40; // segments kept: 8,000 photos at most
const firstPhotos = 200; // asked for beside the segments: the longest that a segment can be
const atOnce = 3;

interface Piece {
  photos: Photo[];
  isStale: boolean; // shown until the new one is there
}

export function usePhotoTimeline(query: () => PhotoQuery): PhotoTimeline {
  const segments = shallowRef<Segment[]>([]);
  const total = ref(0);
  const isKnown = ref(false);
  const error = ref('');
  const version = ref(0);
  // By cursor and length, so that segments which did not change keep their photos; the last used at the end.
  const pieces = new Map<string, Piece>();
  // `isHeld`: somebody waits for it, whether it is seen or not.
  const under = new Map<string, { promise: Promise<Photo[]>; abort: AbortController; isHeld: boolean }>();
  const failed = new Set<string>(); // not asked for again until somebody says so
  let wanted: number[] = [];
  let asked = 0;

  const keyOf = ({ cursor, count, day }: Segment) => `${cursor ?? ''} ${day} ${count}`;

  function keep(key: string, photos: Photo[]): void {
    pieces.delete(key);
    pieces.set(key, { photos, isStale: false });
    for (const old of pieces.keys()) {
      if (pieces.size <= most) break;
      pieces.delete(old);
    }
    version.value += 1;
  }

  async function fetchPiece(segment: Segment, signal: AbortSignal): Promise<Photo[]> {
    const { cursor, count } = segment;
    const page = await dataOf(api.GET('/api/v1/images/photos', { params: { query: { ...query(), limit: count, ...(cursor && { cursor }) } }, signal }));
    return page.results;
  }

  function load(index: number, isHeld = true): Promise<Photo[]> {
    const segment = segments.value[index];
    if (!segment) return Promise.resolve([]);
    const key = keyOf(segment);
    const piece = pieces.get(key);
    if (piece && !piece.isStale) {
      pieces.delete(key);
      pieces.set(key, piece);
      return Promise.resolve(piece.photos);
    }
    const running = under.get(key);
    if (running) {
      running.isHeld ||= isHeld;
      return running.promise;
    }
    const abort = new AbortController();
    const generation = asked;
    const promise = fetchPiece(segment, abort.signal)
      .then((photos) => {
        if (generation === asked) keep(key, photos);
        return photos;
      })
      .catch((cause: unknown) => {
        if (abort.signal.aborted) return [];
        failed.add(key);
        throw cause;
      })
      .finally(() => {
        if (under.get(key)?.promise === promise) under.delete(key);
        pump();
      });
    under.set(key, { promise, abort, isHeld });
    return promise;
  }

  // A few at a time, the nearest first: a server that is asked for everything answers nothing soon.
  function pump(): void {
    for (const index of wanted) {
      if (under.size >= atOnce) return;
      const segment = segments.value[index];
      const piece = segment && pieces.get(keyOf(segment));
      if (!segment || (piece && !piece.isStale) || under.has(keyOf(segment)) || failed.has(keyOf(segment))) continue;
      load(index, false).catch((cause: unknown) => (error.value = wordsOf(cause)));
    }
  }

  function want(indices: number[]): void {
    wanted = indices;
    const keys = new Set(indices.map((index) => segments.value[index]).filter((one) => one !== undefined).map(keyOf));
    for (const [key, { abort, isHeld }] of under) if (!isHeld && !keys.has(key)) abort.abort();
    pump();
  }

  // The photos that a page begins with, without a second way to the server once the segments are known. Nothing is lost
  // when they cannot be had: each segment is then asked for by itself.
  const firstOnes = (): Promise<Photo[]> =>
    dataOf(api.GET('/api/v1/images/photos', { params: { query: { ...query(), limit: firstPhotos } } })).then(
      (page) => page.results,
      () => [],
    );

  function keepFirst(photos: Photo[]): void {
    let begin = 0;
    for (const segment of segments.value) {
      const end = begin + segment.count;
      if (end > photos.length) return;
      keep(keyOf(segment), photos.slice(begin, end));
      begin = end;
    }
  }

  async function read(isSame: boolean): Promise<void> {
    const generation = ++asked;
    error.value = '';
    for (const { abort } of under.values()) abort.abort();
    under.clear();
    failed.clear();
    try {
      const offset = -new Date().getTimezoneOffset();
      const [found, first] = await Promise.all([
        dataOf(api.GET('/api/v1/images/photos/segments', { params: { query: { ...query(), offset_minutes: offset } } })),
        isSame ? [] : firstOnes(),
      ]);
      if (generation !== asked) return;
      if (isSame) for (const piece of pieces.values()) piece.isStale = true;
      else pieces.clear();
      segments.value = found.segments;
      total.value = found.total;
      keepFirst(first);
      isKnown.value = true;
      version.value += 1;
      triggerRef(segments);
    } catch (cause) {
      if (generation === asked) error.value = wordsOf(cause);
    }
  }

  return {
    segments,
    total,
    isKnown,
    error,
    version,
    photosOf: (index) => {
      const segment = segments.value[index];
      return segment && pieces.get(keyOf(segment))?.photos;
    },
    load: (index) => load(index),
    want,
    restart: () => read(false),
    refresh: () => read(true),
  };
}
