// Fetching from a source now, stopping that, switching it on and off.
import { ref, type Ref } from 'vue';
import { api, type Source, type SourceRun } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { outcomeWords } from './source_words';
import { showToast, showUndo } from './toasts';

export interface SourceActions {
  busy: Readonly<Ref<string>>; // the id of the source that is being changed
  run(source: Source, most?: number): Promise<void>; // without `most` as many files as its settings say
  stop(source: Source): Promise<void>;
  toggle(source: Source): Promise<void>;
}

export const everything = 100_000; // files; the most that one run may be asked for

function tell(run: SourceRun): void {
  if (run.state !== 'ended') showToast({ words: text.sources.run.goesOn, kind: 'plain' });
  else showToast({ words: outcomeWords(run), kind: run.outcome === 'failed' ? 'failed' : 'done' });
}

export function useSourceActions(changed: () => Promise<void>): SourceActions {
  const busy = ref('');
  async function act(id: string, request: () => Promise<void>): Promise<void> {
    busy.value = id;
    try {
      await request();
    } catch (cause) {
      showToast({ words: wordsOf(cause), kind: 'failed' });
    } finally {
      if (busy.value === id) busy.value = '';
      await changed().catch(() => undefined);
    }
  }
  const send = (id: string, isActive: boolean) => dataOf(api.PATCH('/api/v1/image-pull-sources/{id}/toggle', { params: { path: { id }, query: { is_active: isActive } } }));

  return {
    busy,
    // The server answers when the run has ended, or after a while: the page shows meanwhile how far it is.
    run: ({ id }, most) =>
      act(id, async () => tell(await dataOf(api.POST('/api/v1/image-pull-sources/{id}/process', { params: { path: { id }, query: most ? { max_files: most } : {} } })))),
    async stop({ id, run }) {
      if (!run) return;
      try {
        await dataOf(api.POST('/api/v1/image-pull-sources/{id}/runs/{run}/stop', { params: { path: { id, run: run.id } } }));
        showToast({ words: text.sources.stopping, kind: 'plain' });
      } catch (cause) {
        showToast({ words: wordsOf(cause), kind: 'failed' });
      }
      await changed().catch(() => undefined);
    },
    toggle: ({ id, name, is_active: wasActive }) =>
      act(id, async () => {
        await send(id, !wasActive);
        const words = wasActive ? text.sources.turnedOff(name) : text.sources.turnedOn(name);
        showUndo(words, text.common.undo, () => act(id, async () => void (await send(id, wasActive))));
      }),
  };
}
