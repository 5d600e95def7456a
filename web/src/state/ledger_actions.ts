// Trying files of a source's ledger again, and leaving them out.
import { ref, type Ref } from 'vue';
import { api } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { showToast, showUndo } from './toasts';

export interface LedgerActions {
  isBusy: Readonly<Ref<boolean>>;
  replay(ids: readonly string[]): Promise<void>;
  replayFailed(): Promise<void>; // all of them
  skip(ids: readonly string[]): Promise<void>;
}

const atOnce = 500; // ids that one request takes

function* portions(ids: readonly string[]): Generator<string[]> {
  for (let from = 0; from < ids.length; from += atOnce) yield ids.slice(from, from + atOnce);
}

// `fetchNow` is offered behind what is tried again: else it waits for the clock.
export function useLedgerActions(source: string, changed: () => Promise<void>, fetchNow: () => void): LedgerActions {
  const isBusy = ref(false);
  const path = { id: source };
  async function act(request: () => Promise<void>): Promise<void> {
    isBusy.value = true;
    try {
      await request();
    } catch (cause) {
      showToast({ words: wordsOf(cause), kind: 'failed' });
    } finally {
      isBusy.value = false;
      await changed().catch(() => undefined);
    }
  }
  const sendReplay = async (body: { ids: string[] } | { state: 'failed' }) => (await dataOf(api.POST('/api/v1/image-pull-sources/{id}/files/replay', { params: { path }, body }))).replayed;
  async function replayEach(ids: readonly string[]): Promise<number> {
    let count = 0;
    for (const some of portions(ids)) count += await sendReplay({ ids: some });
    return count;
  }
  function tell(count: number): void {
    const words = text.sources.ledger.replayed(count);
    if (count === 0) showToast({ words, kind: 'plain' });
    else showToast({ words, kind: 'done', seconds: 10, action: { words: text.sources.runNow, run: fetchNow } });
  }

  return {
    isBusy,
    replay: (ids) => act(async () => tell(await replayEach(ids))),
    replayFailed: () => act(async () => tell(await sendReplay({ state: 'failed' }))),
    skip: (ids) =>
      act(async () => {
        let count = 0;
        for (const some of portions(ids)) count += (await dataOf(api.POST('/api/v1/image-pull-sources/{id}/files/skip', { params: { path }, body: { ids: some } }))).skipped;
        showUndo(text.sources.ledger.skipped(count), text.common.undo, () => act(async () => void (await replayEach(ids))));
      }),
  };
}
