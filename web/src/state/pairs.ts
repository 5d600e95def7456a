// A job's pairs of photos, before and after: what the page shows and may do with them.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { api, type PhotoPair, type PhotoPairChange } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { isAtLeast } from './roles';
import { session } from './session';
import { showToast, showUndo } from './toasts';

export interface Pairs {
  rows: Readonly<ShallowRef<readonly PhotoPair[]>>;
  error: Readonly<Ref<string>>;
  load(): Promise<void>;
  make(before: string, after: string, title?: string): Promise<PhotoPair | null>;
  change(pair: PhotoPair, change: PhotoPairChange): Promise<void>;
  swap(pair: PhotoPair): Promise<void>;
  part(pair: PhotoPair): Promise<void>;
}

export const mayChangePair = (pair: PhotoPair): boolean =>
  isAtLeast('reviewer') || (isAtLeast('technician') && pair.created_by !== null && pair.created_by === session.user.value?.id);

export const pairTitle = (pair: PhotoPair, place: number): string => pair.title || text.pairs.untitled(place + 1);

export function usePairs(job: () => number): Pairs {
  const rows = shallowRef<readonly PhotoPair[]>([]);
  const error = ref('');
  const oneOf = (pair: PhotoPair) => ({ path: { id: job(), pair_id: pair.id } });

  async function load(): Promise<void> {
    try {
      rows.value = (await dataOf(api.GET('/api/v1/jobs/{id}/pairs', { params: { path: { id: job() } } }))).results;
      error.value = '';
    } catch (cause) {
      error.value = wordsOf(cause);
    }
  }

  async function tell<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (cause) {
      showToast({ words: wordsOf(cause), kind: 'failed' });
      return null;
    }
  }

  const make = (before: string, after: string, title = '') =>
    tell(async () => {
      const made = await dataOf(api.POST('/api/v1/jobs/{id}/pairs', { params: { path: { id: job() } }, body: { before, after, title } }));
      rows.value = [...rows.value, made];
      return made;
    });

  async function change(pair: PhotoPair, body: PhotoPairChange): Promise<void> {
    const changed = await tell(() => dataOf(api.PATCH('/api/v1/jobs/{id}/pairs/{pair_id}', { params: oneOf(pair), body })));
    if (changed) rows.value = rows.value.map((one) => (one.id === changed.id ? changed : one));
  }

  async function part(pair: PhotoPair): Promise<void> {
    const isParted = await tell(async () => {
      await dataOf(api.DELETE('/api/v1/jobs/{id}/pairs/{pair_id}', { params: oneOf(pair) }));
      return true;
    });
    if (!isParted) return;
    rows.value = rows.value.filter((one) => one.id !== pair.id);
    showUndo(text.pairs.parted, text.common.undo, async () => void (await make(pair.before.id, pair.after.id, pair.title)));
  }

  const swap = (pair: PhotoPair) => change(pair, { before: pair.after.id, after: pair.before.id });
  return { rows, error, load, make, change, swap, part };
}
