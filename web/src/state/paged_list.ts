// A list that the server gives page by page, behind a cursor.
import { computed, ref, shallowRef, type Ref } from 'vue';
import { wordsOf } from '../api/problem';

export interface Page<Row> {
  results: Row[];
  next: string | null;
}

export interface PagedList<Row> {
  rows: Readonly<Ref<Row[]>>;
  isLoading: Readonly<Ref<boolean>>;
  isComplete: Readonly<Ref<boolean>>;
  error: Readonly<Ref<string>>;
  more(): Promise<void>; // the following page, unless one is on its way or there is none
  refreshTail(): Promise<void>; // the last page again: rows may have been added to it
  restart(): Promise<void>; // from the first page; the rows stay until it is there
  refresh(): Promise<void>; // what is shown, all of it, anew; throws, and leaves it as it is, when it cannot be had
}

export function usePagedList<Row>(read: (cursor: string | null) => Promise<Page<Row>>): PagedList<Row> {
  const pages = shallowRef<Page<Row>[]>([]);
  const cursors: (string | null)[] = [null]; // cursors[i] leads to pages[i]
  const isLoading = ref(false);
  const error = ref('');
  let generation = 0; // raised by restart: answers of an earlier one are dropped

  const isComplete = computed(() => pages.value.length > 0 && pages.value[pages.value.length - 1]!.next === null);

  async function readInto(index: number, kept: Page<Row>[]): Promise<void> {
    const asked = ++generation;
    isLoading.value = true;
    error.value = '';
    try {
      const page = await read(cursors[index] ?? null);
      if (asked !== generation) return;
      pages.value = [...kept, page];
      cursors[index + 1] = page.next;
    } catch (cause) {
      if (asked === generation) error.value = wordsOf(cause);
    } finally {
      if (asked === generation) isLoading.value = false;
    }
  }

  // Page by page with the cursors of now, and shown when all are there: who has scrolled down stays where they are.
  async function refresh(): Promise<void> {
    if (isLoading.value) return;
    if (pages.value.length === 0) return readInto(0, []);
    const asked = generation;
    const fresh: Page<Row>[] = [];
    for (let cursor: string | null = null; fresh.length < pages.value.length; cursor = fresh[fresh.length - 1]!.next) {
      if (fresh.length > 0 && cursor === null) break;
      fresh.push(await read(cursor));
      if (asked !== generation) return; // somebody asks for more, or for something else
    }
    pages.value = fresh;
    cursors.splice(0, cursors.length, null, ...fresh.map((page) => page.next));
    error.value = '';
  }

  return {
    rows: computed(() => pages.value.flatMap((page) => page.results)),
    isLoading,
    isComplete,
    error,
    more: async () => {
      if (!isLoading.value && !isComplete.value) await readInto(pages.value.length, pages.value);
    },
    refreshTail: async () => {
      if (isLoading.value || !isComplete.value) return;
      await readInto(pages.value.length - 1, pages.value.slice(0, -1));
    },
    restart: () => readInto(0, []),
    refresh,
  };
}
