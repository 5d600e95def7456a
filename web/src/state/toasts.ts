// Short notices above the page: what was done, with a way to undo it.
import { shallowRef } from 'vue';

export interface Toast {
  words: string;
  kind?: 'done' | 'failed' | 'plain';
  action?: { words: string; run: () => void | Promise<void> };
  seconds?: number; // how long it stays; pointing at it or focusing it stops the clock
  staysOpen?: boolean; // until it is dismissed or its action is taken
}

export interface ShownToast extends Toast {
  readonly id: number;
}

export const toasts = shallowRef<readonly ShownToast[]>([]);
const most = 4;
let lastId = 0;

export function dismissToast(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

// Beyond the most that fit, the oldest gives way. Returns the id that dismissToast takes.
export function showToast(toast: Toast): number {
  const id = ++lastId;
  toasts.value = [...toasts.value, { ...toast, id }].slice(-most);
  return id;
}

// For what can be taken back: the usual way to make a destructive action safe without asking first.
export function showUndo(words: string, undoWords: string, undo: () => void | Promise<void>): number {
  return showToast({ words, kind: 'done', seconds: 10, action: { words: undoWords, run: undo } });
}
