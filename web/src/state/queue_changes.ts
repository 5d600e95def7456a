// Pausing, weighing and limiting a queue.
import { ref, type Ref } from 'vue';
import { api, type QueueChange, type QueueState } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { showToast, showUndo } from './toasts';

export interface QueueChanges {
  busy: Readonly<Ref<string>>; // the name of the queue that is being changed
  change(queue: QueueState, wish: QueueChange): Promise<void>;
}

export function useQueueChanges(changed: (queue: QueueState) => void): QueueChanges {
  const busy = ref('');

  async function send(name: QueueState['name'], body: QueueChange): Promise<boolean> {
    busy.value = name;
    try {
      changed(await dataOf(api.PATCH('/api/v1/queues/{name}', { params: { path: { name } }, body })));
      return true;
    } catch (cause) {
      showToast({ words: wordsOf(cause), kind: 'failed' });
      return false;
    } finally {
      busy.value = '';
    }
  }
  async function change(queue: QueueState, wish: QueueChange): Promise<void> {
    const { name, paused, weight, max_running } = queue;
    const before: QueueChange = { paused, weight, max_running };
    if (!(await send(name, wish))) return;
    const words = wish.paused === undefined ? text.queues.changed : wish.paused ? text.queues.paused : text.queues.resumed;
    showUndo(words, text.common.undo, async () => void (await send(name, before)));
  }
  return { busy, change };
}
