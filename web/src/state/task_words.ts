// What tasks are called, and how long their attempts took.
import type { ShownTask, TaskAttempt, TaskState } from '../api/client';
import { text } from '../strings';

export const kindOf = (task: Pick<ShownTask, 'kind'>): string => text.tasks.kinds[task.kind] ?? task.kind;

// The picture a task is about, or what it is about instead.
export function subjectOf(task: Pick<ShownTask, 'photo' | 'photo_id'>): string {
  const { photo } = task;
  if (photo) return photo.description || photo.original_filename || photo.filename;
  return task.photo_id ? text.tasks.photoGone : text.tasks.noPhoto;
}

export const canRetry = (state: TaskState): boolean => state === 'discarded' || state === 'cancelled' || state === 'retryable';
export const canSkip = (state: TaskState): boolean => state === 'available' || state === 'scheduled' || state === 'retryable';

export function durationOf(from: string, to: string): string {
  const seconds = Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
  if (seconds < 1) return text.task.lessThanASecond;
  if (seconds < 120) return text.task.seconds(Math.round(seconds));
  if (seconds < 7200) return text.task.minutes(Math.round(seconds / 60));
  return text.task.hours(Math.round(seconds / 3600));
}

export interface TaskEvent {
  key: string;
  at: string;
  words: string;
  worker?: string;
  detail?: string;
  attempt?: TaskAttempt; // whose end or beginning it is
  isBad?: boolean;
  isAhead?: boolean; // has not happened yet
}

export interface TaskStory {
  state: TaskState;
  created_at: string;
  finished_at: string | null;
  due_at: string | null;
  attempt_list: readonly TaskAttempt[];
}

function eventOf(attempt: TaskAttempt, created: string): TaskEvent {
  const { attempt: number, end, started_at, ended_at, worker, error } = attempt;
  const took = started_at && ended_at ? text.task.after(durationOf(started_at, ended_at)) : '';
  const words = { running: text.task.started, completed: text.task.completed, failed: text.task.failed, cancelled: text.task.cancelled }[end](number);
  return {
    key: `attempt ${number}`,
    at: ended_at ?? started_at ?? created,
    words: [words, took].filter(Boolean).join(' '),
    attempt,
    isBad: end === 'failed',
    ...(worker && { worker }),
    ...(error && { detail: error }),
  };
}

// What happened to a task, first things first.
export function eventsOf(task: TaskStory): TaskEvent[] {
  const events: TaskEvent[] = [{ key: 'created', at: task.created_at, words: text.task.created }];
  for (const attempt of task.attempt_list) events.push(eventOf(attempt, task.created_at));
  const last = task.attempt_list[task.attempt_list.length - 1];
  if (task.finished_at && task.state in text.task.ends) {
    // That the last attempt succeeded says it already.
    if (last?.end !== 'completed') events.push({ key: 'end', at: task.finished_at, words: text.task.ends[task.state as keyof typeof text.task.ends], isBad: task.state === 'discarded' });
  } else if (task.due_at && canSkip(task.state)) {
    events.push({ key: 'due', at: task.due_at, words: text.task.due, isAhead: true });
  }
  return events;
}
