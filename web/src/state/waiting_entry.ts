// Entering the ids of parts one after the other: a scanner may give the next before the last is stored, and their order
// is that of the parts.
import { ref, type Ref } from 'vue';
import { api } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { wrongOf } from './image_id';

export interface EntryNews {
  words: string;
  isBad: boolean;
}

export interface WaitingEntry {
  typed: Ref<string>;
  news: Readonly<Ref<EntryNews | null>>; // of the last id
  isBusy: Readonly<Ref<boolean>>;
  enter(): void; // what is typed
  enterId(id: string): Promise<boolean>; // whether it was stored
  tell(news: EntryNews | null): void;
}

// `send` stores an id and may throw. `settled` runs after each.
export function useWaitingEntry(send: (id: string) => Promise<EntryNews>, settled: () => void): WaitingEntry {
  const typed = ref('');
  const news = ref<EntryNews | null>(null);
  const isBusy = ref(false);
  let last: Promise<unknown> = Promise.resolve();
  let running = 0;

  async function store(id: string): Promise<boolean> {
    try {
      news.value = await send(id);
      return true;
    } catch (cause) {
      news.value = { words: text.stations.kiosk.notStored(id, wordsOf(cause)), isBad: true };
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
    const mine = last.then(() => store(id));
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
  await dataOf(api.POST('/api/ml/store-image-id', { body }));
  return { words: text.stations.kiosk.stored(id), isBad: false };
}
