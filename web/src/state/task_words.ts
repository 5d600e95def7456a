// What tasks are called, and how long their attempts took.
import type { ShownTask, TaskState } from '../api/client';
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
  detail?: string;
  isBad?: boolean;
  isAhead?: boolean; // has not happened yet
}

export interface TaskStory {
  state: TaskState;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  due_at: string | null;
  attempts: number;
  failures: readonly { attempt: number; started_at: string | null; failed_at: string; worker: string; error: string }[];
}

// What happened to a task, first things first.
export function eventsOf(task: TaskStory): TaskEvent[] {
  const events: TaskEvent[] = [{ key: 'created', at: task.created_at, words: text.task.created }];
  for (const failure of task.failures) {
    const took = failure.started_at ? text.task.after(durationOf(failure.started_at, failure.failed_at)) : '';
    const words = [text.task.failed(failure.attempt), took].filter(Boolean).join(' ');
    events.push({ key: `failed ${failure.attempt}`, at: failure.failed_at, words, detail: failure.error, isBad: true });
  }
  const isRecorded = task.failures.some((failure) => failure.attempt === task.attempts);
  if (task.started_at && !isRecorded) events.push({ key: 'started', at: task.started_at, words: text.task.started(task.attempts) });
  if (task.finished_at && task.state in text.task.ends) {
    events.push({ key: 'end', at: task.finished_at, words: text.task.ends[task.state as keyof typeof text.task.ends], isBad: task.state === 'discarded' });
  } else if (task.due_at && canSkip(task.state)) {
    events.push({ key: 'due', at: task.due_at, words: text.task.due, isAhead: true });
  }
  return events;
}
