// One thing that a page shows, asked for when the page opens.
import { onMounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { Problem, wordsOf } from '../api/problem';

export interface Loaded<Thing> {
  thing: ShallowRef<Thing | null>;
  error: Readonly<Ref<string>>;
  load(): Promise<void>; // again; what is shown stays until it is there
  refresh(): Promise<void>; // the same without a word when it fails, unless it is gone
}

// `missing` are the words for what does not exist or may not be seen.
export function useLoaded<Thing>(read: () => Promise<Thing>, missing?: () => string): Loaded<Thing> {
  const thing = shallowRef<Thing | null>(null);
  const error = ref('');

  function fail(cause: unknown, isTold: boolean): void {
    const isGone = cause instanceof Problem && cause.status === 404;
    if (isGone) thing.value = null; // deleted, or no longer this person's to see
    if (isGone || isTold) error.value = isGone && missing ? missing() : wordsOf(cause);
  }
  async function look(isTold: boolean): Promise<void> {
    try {
      thing.value = await read();
      error.value = '';
    } catch (cause) {
      fail(cause, isTold);
    }
  }
  const load = () => look(true);
  onMounted(load);
  return { thing, error, load, refresh: () => look(thing.value === null) };
}
