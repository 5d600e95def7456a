// Running, pausing and deleting a schedule.
import { ref, type Ref } from 'vue';
import type { Router } from 'vue-router';
import { api, type Schedule } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { confirm } from './confirmation';
import { showToast, showUndo } from './toasts';

export interface ScheduleActions {
  busy: Readonly<Ref<string>>; // the id of the schedule that is being changed
  run(schedule: Schedule): Promise<void>;
  pause(schedule: Schedule): Promise<void>;
  resume(schedule: Schedule): Promise<void>;
  remove(schedule: Schedule): Promise<void>;
}

export function useScheduleActions(router: Router, changed: () => void): ScheduleActions {
  const busy = ref('');
  const params = (id: string) => ({ params: { path: { id } } });
  async function act(id: string, request: () => Promise<void>): Promise<void> {
    busy.value = id;
    try {
      await request();
    } catch (cause) {
      showToast({ words: wordsOf(cause), kind: 'failed' });
    } finally {
      busy.value = '';
      changed();
    }
  }
  const sendPause = (id: string) => dataOf(api.POST('/api/v1/schedules/{id}/pause', params(id)));
  const sendResume = (id: string) => dataOf(api.POST('/api/v1/schedules/{id}/resume', params(id)));
  const quietly = (id: string, send: (id: string) => Promise<unknown>) => () => act(id, async () => void (await send(id)));

  return {
    busy,
    run: ({ id }) =>
      act(id, async () => {
        const { task_id: task } = await dataOf(api.POST('/api/v1/schedules/{id}/run', params(id)));
        showToast({ words: text.schedules.started, kind: 'done', action: { words: text.schedules.openTask, run: async () => void (await router.push(`/task/${task}`)) } });
      }),
    pause: ({ id }) =>
      act(id, async () => {
        await sendPause(id);
        showUndo(text.schedules.paused, text.common.undo, quietly(id, sendResume));
      }),
    resume: ({ id }) =>
      act(id, async () => {
        await sendResume(id);
        showUndo(text.schedules.resumed, text.common.undo, quietly(id, sendPause));
      }),
    async remove({ id, name }) {
      if (!(await confirm({ title: text.schedules.removeTitle(name), words: text.schedules.removeWords, action: text.schedules.remove, isDangerous: true }))) return;
      await act(id, async () => {
        await dataOf(api.DELETE('/api/v1/schedules/{id}', params(id)));
        showToast({ words: text.schedules.removed, kind: 'done' });
      });
    },
  };
}
