// Trying a task again and skipping it, from wherever it is shown.
import { ref, type Ref } from 'vue';
import { api, type ShownTask } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { isAtLeast } from './roles';
import { session } from './session';
import { canRetry, canSkip } from './task_words';
import { showToast, showUndo } from './toasts';

// As the server has it: reviewers and up with every task, technicians with those of their own photos.
function mayChange(task: ShownTask): boolean {
  const isOwn = task.photo !== null && task.photo.uploaded_by === session.user.value?.id;
  return isAtLeast('reviewer') || (isAtLeast('technician') && isOwn);
}

export interface TaskActions {
  busy: Readonly<Ref<string>>; // the id of the task that is being changed
  mayRetry(task: ShownTask): boolean;
  maySkip(task: ShownTask): boolean;
  retry(task: ShownTask): Promise<void>;
  mayStop(task: ShownTask): boolean; // while it runs; skip() does it
  skip(task: ShownTask): Promise<void>;
  forget(id: string): Promise<boolean>; // false when it could not be
}

export function useTaskActions(changed: () => void): TaskActions {
  const busy = ref('');

  async function act(id: string, request: () => Promise<unknown>, done: () => void): Promise<void> {
    busy.value = id;
    try {
      await request();
      done();
    } catch (cause) {
      showToast({ words: wordsOf(cause), kind: 'failed' });
    } finally {
      busy.value = '';
      changed();
    }
  }
  const params = (id: string) => ({ params: { path: { task_id: id } } });
  const retry = ({ id }: ShownTask) =>
    act(id, () => dataOf(api.POST('/api/v1/tasks/{task_id}/retry', params(id))), () => void showToast({ words: text.tasks.retried, kind: 'done' }));

  return {
    busy,
    mayRetry: (task) => canRetry(task.state) && task.kind !== 'batch_process_images' && mayChange(task),
    maySkip: (task) => canSkip(task.state) && mayChange(task),
    mayStop: (task) => task.state === 'running' && !task.cancel_requested_at && mayChange(task),
    retry,
    async forget(id) {
      busy.value = id;
      try {
        await dataOf(api.DELETE('/api/v1/tasks/{task_id}', params(id)));
        showToast({ words: text.task.deleted, kind: 'done' });
        return true;
      } catch (cause) {
        showToast({ words: wordsOf(cause), kind: 'failed' });
        return false;
      } finally {
        busy.value = '';
      }
    },
    skip: (task) =>
      act(
        task.id,
        () => dataOf(api.POST('/api/v1/tasks/{task_id}/cancel', params(task.id))),
        // What is skipped of a batch is many tasks; each can be tried again by itself.
        () => void (task.kind === 'batch_process_images' || task.state === 'running' ? showToast({ words: task.state === 'running' ? text.task.stopping : text.tasks.skipped, kind: 'done' }) : showUndo(text.tasks.skipped, text.common.undo, () => retry(task))),
      ),
  };
}
