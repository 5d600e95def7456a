// One thing that a page shows, asked for when the page opens.
import { onMounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { Problem, wordsOf } from '../api/problem';

export interface Loaded<Thing> {
  thing: ShallowRef<Thing | null>;
  error: Readonly<Ref<string>>;
  load(): Promise<void>; // again; what is shown stays until it is there
}

// `missing` are the words for what does not exist or may not be seen.
export function useLoaded<Thing>(read: () => Promise<Thing>, missing?: () => string): Loaded<Thing> {
  const thing = shallowRef<Thing | null>(null);
  const error = ref('');

  async function load(): Promise<void> {
    try {
      thing.value = await read();
      error.value = '';
    } catch (cause) {
      error.value = missing && cause instanceof Problem && cause.status === 404 ? missing() : wordsOf(cause);
    }
  }
  onMounted(load);
  return { thing, error, load };
}
