// Entering the ids of parts one after the other: a scanner may give the next before the last is stored, and their order
// is that of the parts.
import { ref, type Ref } from 'vue';
import { api } from '../api/client';
import { dataOf, Problem, wordsOf } from '../api/problem';
import { text } from '../strings';
import { wrongOf } from './image_id';

export const patience = 10_000; // milliseconds until an answer is given up
const fresh = 5_000; // milliseconds: who waited longer to be sent may be of a part that has passed

export interface EntryNews {
  words: string;
  isBad: boolean;
}

class Stale extends Error {}

export interface WaitingEntry {
  typed: Ref<string>;
  news: Readonly<Ref<EntryNews | null>>; // of the last id
  isBusy: Readonly<Ref<boolean>>;
  enter(): void; // what is typed
  enterId(id: string): Promise<boolean>; // whether it was stored
  tell(news: EntryNews | null): void;
}

// `send` stores an id and may throw. `settled` runs after each. `target`: what an id is for, asked when it is entered.
export function useWaitingEntry<Target = undefined>(send: (id: string, target: Target) => Promise<EntryNews>, settled: () => void, target?: () => Target): WaitingEntry {
  const typed = ref('');
  const news = ref<EntryNews | null>(null);
  const isBusy = ref(false);
  let last: Promise<unknown> = Promise.resolve();
  let running = 0;

  async function store(id: string, at: Target, entered: number): Promise<boolean> {
    try {
      if (performance.now() - entered > fresh) throw new Stale(text.stations.kiosk.stale);
      news.value = await send(id, at);
      return true;
    } catch (cause) {
      const isUnsure = cause instanceof Problem && cause.status === 0; // it was sent, and no answer came
      const why = cause instanceof Stale ? cause.message : wordsOf(cause);
      news.value = { words: isUnsure ? text.stations.kiosk.unsure(id) : text.stations.kiosk.notStored(id, why), isBad: true };
      if (!typed.value) typed.value = id; // to be sent again, unless the next is being typed
      return false;
    } finally {
      running -= 1;
      isBusy.value = running > 0;
      settled();
    }
  }
  function enterId(id: string): Promise<boolean> {
    const wrong = wrongOf(id);
    if (wrong) {
      news.value = { words: text.stations.kiosk.wrong[wrong], isBad: true };
      return Promise.resolve(false);
    }
    running += 1;
    isBusy.value = true;
    const [at, entered] = [target?.() as Target, performance.now()];
    const mine = last.then(() => store(id, at, entered));
    last = mine;
    return mine;
  }
  function enter(): void {
    const id = typed.value;
    if (wrongOf(id) === null) typed.value = '';
    void enterId(id);
  }
  return { typed, news, isBusy, enter, enterId, tell: (given) => (news.value = given) };
}

export async function storeAt(station: string | undefined, id: string): Promise<EntryNews> {
  const body = { image_id: id, ...(station && { station }) };
  await dataOf(api.POST('/api/ml/store-image-id', { body, signal: AbortSignal.timeout(patience) }));
  return { words: text.stations.kiosk.stored(id), isBad: false };
}
