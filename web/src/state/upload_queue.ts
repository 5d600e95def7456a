// The photos on their way to the server: a few at a time, kept in the browser until they are stored, tried again until
// the line holds. One queue for all pages.
import { computed, reactive, type ComputedRef } from 'vue';
import { Problem, wordsOf } from '../api/problem';
import type { Sending, Shipment, UploadOutcome } from '../api/resumable';
import { text } from '../strings';
import { secondsLeft, UploadRate } from './upload_rate';
import type { KeptUpload, UploadStore, UploadTarget } from './upload_store';

// waiting → reading → sending → storing → stored | duplicate; any of the first four → paused | failed, and back.
export type UploadState = 'waiting' | 'reading' | 'sending' | 'storing' | 'paused' | 'stored' | 'duplicate' | 'failed';

export interface UploadItem extends KeptUpload {
  state: UploadState;
  sent: number; // bytes
  speed: number; // bytes per second
  retryAt: number | null; // milliseconds since 1970: waits for the line until then
  photo: string | null; // once stored
  isSafe: boolean; // survives closing the page
}

export interface UploadParts {
  store: UploadStore;
  claim: (id: string) => Promise<(() => void) | null>;
  hash: (file: Blob) => Promise<string | null>;
  send: (shipment: Shipment) => Sending;
  outcome: (url: string) => Promise<UploadOutcome>;
  askToStore: (url: string, length: number) => Promise<void>;
  drop: (url: string) => Promise<void>;
  // Ends early when it is worth trying at once.
  wait: (milliseconds: number) => Promise<void>;
  now: () => number;
  makeId: () => string;
  onSignedOut: () => void;
}

export interface UploadQueue {
  items: UploadItem[];
  isBusy: ComputedRef<boolean>;
  isUnsafe: ComputedRef<boolean>; // closing the page would lose something
  speed: ComputedRef<number>;
  secondsLeft: ComputedRef<number | null>;
  count(...states: UploadState[]): number;
  start(user: string): Promise<void>; // goes on with what that user left
  adopt(): Promise<void>; // takes over what a closed tab left
  stop(): void; // lets go without forgetting
  add(files: Iterable<File>, target: UploadTarget): void;
  pause(item: UploadItem): void;
  resume(item: UploadItem): void;
  cancel(item: UploadItem): void;
  clear(): void; // forgets what is finished
}

const atOnce = 3;
const firstDelay = 500; // milliseconds
const longestDelay = 30_000;
const mostWrongFiles = 3; // arrived otherwise than they were sent

const active: readonly UploadState[] = ['waiting', 'reading', 'sending', 'storing'];
export const isActive = (item: UploadItem) => active.includes(item.state);
export const isFinished = (item: UploadItem) => item.state === 'stored' || item.state === 'duplicate';

// What may mend itself: no line, a server that is busy or starting, another writer who is not gone yet.
const passes = ({ status }: Problem) => status === 0 || status >= 500 || [408, 409, 423, 429].includes(status);

export function metadataOf(item: KeptUpload, sha256: string): Record<string, string> {
  const { kind, jobId, description } = item.target;
  return {
    filename: item.name,
    kind,
    sha256,
    skip_duplicate: 'true',
    ...(jobId === undefined ? {} : { job_id: String(jobId) }),
    ...(description ? { description } : {}),
  };
}

// What is written down of an item: without Vue's proxies, which no browser can store.
function keptOf({ id, user, name, size, addedAt, target, url, sha256, isPaused, problem }: UploadItem): KeptUpload {
  return { id, user, name, size, addedAt, target: { ...target }, url, sha256, isPaused, problem };
}

export function makeUploadQueue(parts: UploadParts): UploadQueue {
  const items = reactive<UploadItem[]>([]);
  const files = new Map<string, Blob>();
  const sendings = new Map<string, Sending>();
  const rates = new Map<string, UploadRate>();
  const releases = new Map<string, () => void>();
  const writes = new Map<string, Promise<void>>(); // the last one of each item: they must not overtake each other
  const performing = new Set<string>();
  const gone = new Set<string>(); // finished or cancelled: must not come back from a write under way
  let owner = '';

  const find = (id: string) => items.find((one) => one.id === id);

  function write(item: UploadItem, work: () => Promise<void>): Promise<void> {
    const next = (writes.get(item.id) ?? Promise.resolve()).then(work);
    writes.set(item.id, next.catch(() => undefined));
    return next;
  }
  const note = (item: UploadItem) => {
    const kept = keptOf(item);
    if (item.isSafe) void write(item, () => parts.store.change(kept)).catch(() => undefined);
  };

  function makeItem(kept: KeptUpload, isSafe: boolean): UploadItem {
    const state = kept.problem ? 'failed' : kept.isPaused ? 'paused' : 'waiting';
    items.push({ ...kept, state, sent: 0, speed: 0, retryAt: null, photo: null, isSafe });
    return items[items.length - 1] as UploadItem; // the reactive one
  }

  function forget(item: UploadItem): void {
    gone.add(item.id);
    files.delete(item.id);
    rates.delete(item.id);
    void write(item, () => parts.store.remove(item.id)).catch(() => undefined);
    releases.get(item.id)?.();
    releases.delete(item.id);
  }

  function noteProgress(item: UploadItem, sent: number): void {
    const rate = rates.get(item.id) ?? new UploadRate();
    rates.set(item.id, rate);
    rate.note(sent - item.sent, parts.now());
    item.speed = rate.perSecond(parts.now());
    item.sent = sent;
  }

  async function fileOf(item: UploadItem): Promise<Blob> {
    const file = files.get(item.id) ?? (await parts.store.file(item.id));
    if (!file) throw new Problem(410, text.tray.fileGone);
    return file;
  }

  async function hashed(item: UploadItem, file: Blob): Promise<string> {
    if (item.sha256) return item.sha256;
    item.state = 'reading';
    item.sha256 = await parts.hash(file);
    if (!item.sha256) throw new Problem(410, text.tray.fileGone);
    note(item);
    return item.sha256;
  }

  async function sendBytes(item: UploadItem): Promise<void> {
    const file = await fileOf(item);
    const sha256 = await hashed(item, file);
    if (!isActive(item)) return;
    item.state = 'sending';
    const sending = parts.send({
      file,
      url: item.url,
      metadata: metadataOf(item, sha256),
      onUrl: (url) => {
        item.url = url;
        note(item);
      },
      onProgress: (sent) => {
        noteProgress(item, sent);
        if (sent >= item.size && item.state === 'sending') item.state = 'storing';
      },
    });
    sendings.set(item.id, sending);
    await sending.done.finally(() => sendings.delete(item.id));
  }

  // Every byte is there: what did the server make of it?
  async function learnOutcome(item: UploadItem): Promise<void> {
    if (!item.url) throw new Problem(0, text.errors.offline);
    item.state = 'storing';
    let outcome = await parts.outcome(item.url);
    if (outcome.state === 'receiving') {
      await parts.askToStore(item.url, item.size);
      outcome = await parts.outcome(item.url);
    }
    if (outcome.state !== 'stored') throw new Problem(422, outcome.problem?.message ?? text.errors.unexpected);
    item.photo = outcome.photo;
    item.sent = item.size;
    item.state = outcome.duplicate_of && outcome.duplicate_of === outcome.photo ? 'duplicate' : 'stored';
    forget(item);
  }

  function fail(item: UploadItem, cause: unknown): void {
    item.state = 'failed';
    item.problem = wordsOf(cause);
    item.url = null; // whatever the server keeps of it was refused: a retry begins anew
    note(item);
  }

  // Milliseconds to wait before the next attempt; null when trying again is pointless.
  function delayAfter(cause: unknown, attempt: number): number | null {
    if (!(cause instanceof Problem) || !passes(cause)) return null;
    return Math.min(longestDelay, firstDelay * 2 ** Math.min(attempt, 10));
  }

  async function perform(item: UploadItem): Promise<void> {
    let wrongFiles = 0;
    for (let attempt = 0; isActive(item); attempt += 1) {
      const before = item.sent;
      try {
        await sendBytes(item);
        if (isActive(item)) await learnOutcome(item);
        return;
      } catch (cause) {
        if (!isActive(item)) return;
        if (item.sent > before) attempt = 0;
        if (cause instanceof Problem && cause.status === 401) {
          item.state = 'waiting';
          owner = ''; // nothing more is sent until somebody signs in
          parts.onSignedOut();
          return;
        }
        if (cause instanceof Problem && cause.status === 460 && ++wrongFiles < mostWrongFiles) {
          Object.assign(item, { url: null, sent: 0 });
          continue;
        }
        const delay = delayAfter(cause, attempt);
        if (delay === null) return fail(item, cause);
        Object.assign(item, { state: 'waiting', speed: 0, retryAt: parts.now() + delay });
        await parts.wait(delay);
        item.retryAt = null;
      }
    }
  }

  function pump(): void {
    while (owner && performing.size < atOnce) {
      const item = items.find((one) => one.state === 'waiting' && one.user === owner && !performing.has(one.id));
      if (!item) return;
      performing.add(item.id);
      void perform(item).finally(() => {
        performing.delete(item.id);
        pump();
      });
    }
  }

  async function keep(item: UploadItem, file: Blob): Promise<void> {
    const release = await parts.claim(item.id);
    if (release) releases.set(item.id, release);
    const kept = keptOf(item);
    try {
      await write(item, () => parts.store.add(kept, file));
      item.isSafe = true;
    } catch {
      return; // no room, or a browser that keeps nothing: the page holds the file, and says so
    }
    // What changed while the file was being written.
    if (gone.has(item.id)) forget(item);
    else if (find(item.id)) note(item);
    else {
      release?.(); // the person signed out: whoever comes next may take it, who may have come meanwhile
      await queue.adopt();
    }
  }

  async function halt(item: UploadItem): Promise<void> {
    await sendings.get(item.id)?.abort();
  }

  const busy = () => items.filter(isActive);
  const queue: UploadQueue = {
    items,
    isBusy: computed(() => items.some(isActive)),
    isUnsafe: computed(() => items.some((one) => !one.isSafe && !isFinished(one))),
    speed: computed(() => busy().reduce((sum, one) => sum + (one.state === 'sending' ? one.speed : 0), 0)),
    secondsLeft: computed(() => secondsLeft(busy().reduce((sum, one) => sum + one.size - one.sent, 0), queue.speed.value)),
    count: (...states) => items.filter((one) => states.includes(one.state)).length,
    async start(user) {
      owner = user;
      pump();
      await queue.adopt();
    },
    async adopt() {
      const user = owner;
      if (!user) return;
      for (const kept of await parts.store.list(user).catch(() => [])) {
        if (find(kept.id)) continue;
        const release = await parts.claim(kept.id);
        if (!release) continue;
        if (owner !== user || find(kept.id)) {
          release();
          continue;
        }
        releases.set(kept.id, release);
        makeItem(kept, true);
      }
      pump();
    },
    stop() {
      owner = '';
      const left = items.splice(0, items.length);
      for (const item of left) {
        if (isActive(item)) item.state = 'paused';
        void halt(item);
        releases.get(item.id)?.();
      }
      releases.clear();
      files.clear();
    },
    add(chosen, target) {
      for (const file of chosen) {
        const id = parts.makeId();
        files.set(id, file);
        const { name, size } = file;
        const known = { id, user: owner, name, size, addedAt: parts.now(), target: { ...target } };
        const item = makeItem({ ...known, url: null, sha256: null, isPaused: false, problem: '' }, false);
        void keep(item, file);
      }
      pump();
    },
    pause(item) {
      if (!isActive(item)) return;
      Object.assign(item, { state: 'paused', isPaused: true, speed: 0, retryAt: null });
      note(item);
      void halt(item);
    },
    resume(item) {
      if (item.state !== 'paused' && item.state !== 'failed') return;
      Object.assign(item, { state: 'waiting', isPaused: false, problem: '' });
      note(item);
      pump();
    },
    cancel(item) {
      if (isFinished(item)) return;
      const { url } = item;
      item.state = 'paused';
      items.splice(items.indexOf(item), 1);
      forget(item);
      void halt(item).then(() => (url ? parts.drop(url).catch(() => undefined) : undefined));
    },
    clear() {
      items.splice(0, items.length, ...items.filter((one) => !isFinished(one)));
    },
  };
  return queue;
}
