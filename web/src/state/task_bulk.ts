// Trying again, skipping and forgetting many tasks: what will become of them, told before, and done some hundred at a
// time.
import { ref, type Ref } from 'vue';
import { api, type TaskCounts, type TaskState } from '../api/client';
import { dataOf } from '../api/problem';
import type { components } from '../api/schema';
import { text } from '../strings';
import type { Narrowing } from './task_filters';

export type TaskAction = 'retry' | 'cancel' | 'delete';

// As the server has it: docs/task-states.md.
const fitting: Record<TaskAction, readonly TaskState[]> = {
  retry: ['discarded', 'cancelled', 'retryable'],
  cancel: ['available', 'scheduled', 'retryable', 'running'],
  delete: ['completed', 'discarded', 'cancelled'],
};
const atOnce = 200;

// Some by name with their states, or all that a filter shows with how many of them stand where.
export type TaskTarget =
  | { tasks: readonly { id: string; state: TaskState }[] }
  | { filter: Narrowing; states: readonly TaskState[]; counts: TaskCounts };

export interface TaskPlan {
  counts: readonly [TaskState, number][]; // that will be changed
  total: number;
  stays: number; // others that the action does not fit
}

const stateNames: readonly TaskState[] = ['available', 'scheduled', 'running', 'retryable', 'completed', 'discarded', 'cancelled'];

function countIn(target: TaskTarget, state: TaskState): number {
  if ('tasks' in target) return target.tasks.filter((task) => task.state === state).length;
  return !target.states.length || target.states.includes(state) ? target.counts[state] : 0;
}

export function planOf(target: TaskTarget, action: TaskAction): TaskPlan {
  const counts = fitting[action].map((state): [TaskState, number] => [state, countIn(target, state)]).filter(([, count]) => count > 0);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const all = stateNames.reduce((sum, state) => sum + countIn(target, state), 0);
  return { counts, total, stays: all - total };
}

export function wordsOfPlan(plan: TaskPlan, action: TaskAction): string {
  const states = plan.counts.map(([state, count]) => text.taskBulk.ofState[state](count)).join(', ');
  const stops = action === 'cancel' && plan.counts.some(([state]) => state === 'running') ? text.taskBulk.stops : '';
  return [text.taskBulk.will[action](states), stops, plan.stays > 0 ? text.taskBulk.stays(plan.stays) : ''].filter(Boolean).join(' ');
}

export interface TaskBulkOutcome {
  changed: string[];
  refused: { id: string; problem: string }[];
  isStopped: boolean;
}

export interface TaskBulk {
  done: Readonly<Ref<number>>;
  total: Readonly<Ref<number>>; // 0 while nothing is under way
  run(target: TaskTarget, action: TaskAction): Promise<TaskBulkOutcome>;
  stop(): void;
}

export function useTaskBulk(): TaskBulk {
  const done = ref(0);
  const total = ref(0);
  let isStopped = false;

  async function send(body: components['schemas']['TaskBulk'], outcome: TaskBulkOutcome): Promise<string | null> {
    const answer = await dataOf(api.POST('/api/v1/tasks/bulk', { body }));
    outcome.changed.push(...answer.tasks);
    outcome.refused.push(...answer.refused);
    done.value = Math.min(total.value, outcome.changed.length + outcome.refused.length);
    return answer.next;
  }
  async function runNamed(ids: readonly string[], action: TaskAction, outcome: TaskBulkOutcome): Promise<void> {
    for (let from = 0; from < ids.length && !isStopped; from += atOnce) await send({ action, tasks: ids.slice(from, from + atOnce) }, outcome);
  }
  async function runFiltered(filter: Narrowing, states: readonly TaskState[], action: TaskAction, outcome: TaskBulkOutcome): Promise<void> {
    let cursor: string | null = null;
    do cursor = await send({ action, filter: { ...filter, state: states.join(',') }, cursor }, outcome);
    while (cursor && !isStopped);
  }

  return {
    done,
    total,
    // Only what the action fits is sent: a million tasks that are done are not asked one by one.
    async run(target, action) {
      const outcome: TaskBulkOutcome = { changed: [], refused: [], isStopped: false };
      const plan = planOf(target, action);
      const states = plan.counts.map(([state]) => state);
      isStopped = false;
      done.value = 0;
      total.value = plan.total;
      try {
        if ('tasks' in target) await runNamed(target.tasks.filter(({ state }) => states.includes(state)).map(({ id }) => id), action, outcome);
        else if (states.length) await runFiltered(target.filter, states, action, outcome);
      } finally {
        total.value = 0;
        outcome.isStopped = isStopped;
      }
      return outcome;
    },
    stop: () => (isStopped = true),
  };
}
