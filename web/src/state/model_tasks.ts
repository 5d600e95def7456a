// The tasks that models are for, and all models of them.
import { api, type Model, type TrainingTask } from '../api/client';
import { dataOf } from '../api/problem';
import { text } from '../strings';

export const trainingTasks: readonly TrainingTask[] = ['anomaly', 'damage', 'species'];
export const asTrainingTask = (task: string): TrainingTask | null => trainingTasks.find((one) => one === task) ?? null;
export const wordsOfTask = (task: string): string => text.models.tasks[task] ?? task;
export const nameOfModel = ({ name, version }: Pick<Model, 'name' | 'version'>): string => `${name} ${version}`;

export async function readModels(task?: string): Promise<Model[]> {
  const all: Model[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await dataOf(api.GET('/api/v1/models', { params: { query: { limit: 500, ...(task !== undefined && { task }), ...(cursor !== undefined && { cursor }) } } }));
    all.push(...page.results);
    if (page.next === null) return all;
    cursor = page.next;
  }
}

export interface TaskOfModels {
  task: string;
  models: Model[];
  holding: { model: Model; scope: Model['current_in'][number] }[];
}

// Those that can be trained come first, whether there are models of them or not.
export function byTask(models: readonly Model[]): TaskOfModels[] {
  const others = [...new Set(models.map(({ task }) => task))].filter((task) => asTrainingTask(task) === null).sort();
  return [...trainingTasks, ...others].map((task) => {
    const own = models.filter((model) => model.task === task);
    return { task, models: own, holding: own.flatMap((model) => model.current_in.map((scope) => ({ model, scope }))) };
  });
}
