// What correcting the clock of a source would do: asked of the server a moment after the last key.
import { onBeforeUnmount, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { api, type SourceClockPreview } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';

const pause = 300; // milliseconds

export interface ClockPreview {
  preview: Readonly<ShallowRef<SourceClockPreview | null>>; // null until it is known
  problem: Readonly<Ref<string>>;
  look(): Promise<void>; // again
}

// `read` gives null while what is typed is no amount, or none that would change anything.
export function useClockPreview(source: string, read: () => number | null): ClockPreview {
  const preview = shallowRef<SourceClockPreview | null>(null);
  const problem = ref('');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  async function look(): Promise<void> {
    const seconds = read();
    const mine = ++asked;
    if (seconds === null) return;
    try {
      const found = await dataOf(api.GET('/api/v1/image-pull-sources/{id}/clock', { params: { path: { id: source }, query: { offset_seconds: seconds } } }));
      if (mine === asked) preview.value = found;
    } catch (cause) {
      if (mine === asked) problem.value = wordsOf(cause);
    }
  }
  watch(read, () => {
    asked += 1;
    preview.value = null; // it was of something else
    problem.value = '';
    clearTimeout(timer);
    timer = setTimeout(() => void look(), pause);
  });
  onBeforeUnmount(() => clearTimeout(timer));
  return { preview, problem, look };
}
