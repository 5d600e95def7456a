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
  refreshEnds(): Promise<void>; // the same of at most five pages, for what others change: those of a long list's two ends
}

// The pages that refreshEnds reads again of a long list: so many, however far somebody has scrolled.
const atBeginning = 2;
const atEnd = 3;

interface Step<Row> {
  cursor: string | null; // that leads to the page
  page: Page<Row>;
}

const keyOf = (row: unknown): unknown => (typeof row === 'object' && row !== null && 'id' in row ? row.id : row);

function stepsOf<Row>(first: string | null, pages: readonly Page<Row>[]): Step<Row>[] {
  return pages.map((page, index) => ({ cursor: index === 0 ? first : pages[index - 1]!.next, page }));
}

// Fresh pages, and behind them what older ones hold after the last fresh row; null where that row is not among theirs:
// what follows it is not known then. What is left of the page it stands on goes to the next one.
function joined<Row>(fresh: readonly Step<Row>[], older: readonly Step<Row>[]): Step<Row>[] | null {
  const last = fresh[fresh.length - 1]!.page;
  const seam = keyOf(last.results[last.results.length - 1]);
  const at = older.findIndex(({ page }) => page.results.some((row) => keyOf(row) === seam));
  if (at < 0) return null;
  const cut = older[at]!.page;
  const left = cut.results.slice(cut.results.findIndex((row) => keyOf(row) === seam) + 1);
  const [next, ...others] = older.slice(at + 1);
  const first: Page<Row> = next ? { results: [...left, ...next.page.results], next: next.page.next } : { results: left, next: cut.next };
  const kept = [...(first.results.length > 0 ? [{ cursor: last.next, page: first }] : []), ...others];
  const known = new Set(fresh.flatMap(({ page }) => page.results.map(keyOf))); // a row may have moved to the beginning
  return [...fresh, ...kept.map(({ cursor, page }) => ({ cursor, page: { ...page, results: page.results.filter((row) => !known.has(keyOf(row))) } }))];
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

  // As many pages from a cursor on, with the cursors of now; null when somebody asked for something else meanwhile.
  async function readOn(from: string | null, most: number): Promise<Page<Row>[] | null> {
    const asked = generation;
    const fresh: Page<Row>[] = [];
    for (let cursor = from; fresh.length < most; cursor = fresh[fresh.length - 1]!.next) {
      if (fresh.length > 0 && cursor === null) break;
      fresh.push(await read(cursor));
      if (asked !== generation) return null;
    }
    return fresh;
  }

  async function readAll(): Promise<Step<Row>[] | null> {
    const all = await readOn(null, pages.value.length);
    return all && stepsOf(null, all);
  }

  // Of a long list the pages at its beginning and those at its end, where who reads it is; what stands between stays.
  async function readEnds(): Promise<Step<Row>[] | null> {
    const shown = pages.value;
    const end = shown.length - atEnd;
    const from = cursors[end] ?? null;
    const first = await readOn(null, atBeginning);
    if (!first) return null;
    if (first[first.length - 1]!.next === null) return stepsOf(null, first);
    const begun = joined(stepsOf(null, first), shown.slice(0, end).map((page, index) => ({ cursor: cursors[index] ?? null, page })));
    if (!begun) return readAll();
    const last = await readOn(from, atEnd);
    return last && [...begun, ...stepsOf(from, last)];
  }

  // Shown when all of it is there: who has scrolled down stays where they are.
  async function showAnew(readAnew: () => Promise<Step<Row>[] | null>): Promise<void> {
    if (isLoading.value) return;
    if (pages.value.length === 0) return readInto(0, []);
    const fresh = await readAnew();
    if (!fresh) return;
    pages.value = fresh.map(({ page }) => page);
    cursors.splice(0, cursors.length, ...fresh.map(({ cursor }) => cursor), fresh[fresh.length - 1]!.page.next);
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
    refresh: () => showAnew(readAll),
    refreshEnds: () => showAnew(() => (pages.value.length > atBeginning + atEnd ? readEnds() : readAll())),
  };
}
