// The queue of photos on their way to a job: a few at a time, each with its own progress, errors and retry.
import { computed, reactive, type ComputedRef } from 'vue';
import { Problem, wordsOf } from '../api/problem';
import { Busy, type Transfer } from '../api/upload';
import { text } from '../strings';

export type UploadState = 'waiting' | 'sending' | 'stored' | 'failed' | 'cancelled';

export interface Upload {
  readonly id: number;
  readonly file: File;
  readonly description: string;
  state: UploadState;
  part: number; // sent, 0 … 1
  error: string;
}

export type Send = (file: File, description: string, onProgress: (part: number) => void) => Transfer;

export interface UploadQueue {
  items: Upload[];
  isBusy: ComputedRef<boolean>;
  storedCount: ComputedRef<number>;
  failedCount: ComputedRef<number>;
  add(files: Iterable<File>, description: string): void;
  retry(item: Upload): void;
  retryAll(): void;
  cancel(item: Upload): void;
  cancelAll(): void;
  clear(): void; // forgets what is finished; what is on its way stays
}

interface Options {
  atOnce?: number;
  onStored?: () => void; // after each one
  onIdle?: () => void; // when nothing is waiting or on its way any more
  wait?: (seconds: number) => Promise<void>;
}

const sleep = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));

export function useUploadQueue(send: Send, options: Options = {}): UploadQueue {
  const { atOnce = 3, onStored, onIdle, wait = sleep } = options;
  const items = reactive<Upload[]>([]);
  const transfers = new Map<number, Transfer>();
  let active = 0;
  let lastId = 0;

  async function sendOnce(item: Upload): Promise<void> {
    const transfer = send(item.file, item.description, (part) => (item.part = part));
    transfers.set(item.id, transfer);
    try {
      await transfer.done;
      item.state = 'stored';
      onStored?.();
    } finally {
      transfers.delete(item.id);
    }
  }

  function fail(item: Upload, cause: unknown): void {
    Object.assign(item, { state: 'failed', error: wordsOf(cause) });
  }

  // Without a session every one of them would be refused: they wait for a person to sign in and retry all.
  function failWaiting(cause: unknown): void {
    items.filter((one) => one.state === 'waiting').forEach((one) => fail(one, cause));
  }

  async function perform(item: Upload): Promise<void> {
    item.state = 'sending';
    try {
      await sendOnce(item);
    } catch (cause) {
      if ((item.state as UploadState) === 'cancelled') return;
      if (!(cause instanceof Busy)) {
        fail(item, cause);
        if (cause instanceof Problem && cause.status === 401) failWaiting(cause);
        return;
      }
      // Keeps its place among those at work: a busy server is asked less, not more.
      item.error = text.uploads.sendsAgain(cause.seconds);
      await wait(cause.seconds);
      item.error = '';
      if ((item.state as UploadState) !== 'cancelled') item.state = 'waiting';
    }
  }

  function pump(): void {
    while (active < atOnce) {
      const item = items.find((one) => one.state === 'waiting');
      if (!item) break;
      active += 1;
      void perform(item).finally(() => {
        active -= 1;
        pump();
      });
    }
    if (active === 0 && items.some((one) => one.state === 'stored')) onIdle?.();
  }

  function enqueue(item: Upload): void {
    Object.assign(item, { state: 'waiting', part: 0, error: '' });
  }

  function cancel(item: Upload): void {
    item.state = 'cancelled';
    transfers.get(item.id)?.abort();
  }

  return {
    items,
    isBusy: computed(() => items.some((one) => one.state === 'waiting' || one.state === 'sending')),
    storedCount: computed(() => items.filter((one) => one.state === 'stored').length),
    failedCount: computed(() => items.filter((one) => one.state === 'failed').length),
    add(files, description) {
      for (const file of files) {
        items.push({ id: ++lastId, file, description, state: 'waiting', part: 0, error: '' });
      }
      pump();
    },
    retry(item) {
      enqueue(item);
      pump();
    },
    retryAll() {
      items.filter((one) => one.state === 'failed').forEach(enqueue);
      pump();
    },
    cancel,
    cancelAll: () => items.filter((one) => one.state === 'waiting' || one.state === 'sending').forEach(cancel),
    clear() {
      const kept = items.filter((one) => one.state === 'waiting' || one.state === 'sending');
      items.splice(0, items.length, ...kept);
    },
  };
}
