// A queue of findings that a person decides one after the other: what comes next is there before it is asked for, what
// was decided is sent while the next is looked at, and the last decisions can be taken back.
import { computed, ref, shallowRef } from 'vue';
import type { Decision, DecisionOutcome, Finding, ReviewItem } from '../api/client';
import { Problem, wordsOf } from '../api/problem';

export type Verdict = Omit<Decision, 'finding_id' | 'client_id' | 'seconds' | 'revision'>;

export interface ReviewSource {
  next(after: string | null): Promise<{ items: ReviewItem[]; next: string | null }>;
  decide(decisions: Decision[]): Promise<DecisionOutcome[]>;
  undo(decisionId: string): Promise<Finding | null>; // as it stands then
  prefetch(item: ReviewItem): void; // its picture
  failed(words: string): void; // something that was decided is not recorded
}

// What the server said of one decision. Somebody else was quicker, or it is gone: then there is nothing to decide.
class Refusal extends Error {
  constructor(
    words: string,
    readonly isOver: boolean,
  ) {
    super(words);
  }
}

interface Done {
  item: ReviewItem;
  verdict: Verdict;
  clientId: string;
  seconds: number;
  decisionId: string | null; // once the server has it
  sending: Promise<void> | null;
}

const fewLeft = 6; // then the next page is asked for
const ahead = 3; // pictures that are fetched before they are shown
const pauses = [1000, 2000, 5000, 10_000]; // milliseconds before each further try to send what did not get through
const remembered = 50; // decisions that can be taken back, as the server has it

const sleep = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));
// The server has spoken, and would say the same again.
const isFinal = (cause: unknown) => cause instanceof Refusal || (cause instanceof Problem && cause.status >= 400 && cause.status < 500);

export function useReviewQueue(source: ReviewSource, now: () => number = () => performance.now(), pause: (milliseconds: number) => Promise<void> = sleep) {
  const items = shallowRef<ReviewItem[]>([]); // not decided, in their order
  const at = ref(0);
  const done = shallowRef<Done[]>([]);
  const isComplete = ref(false);
  const isLoading = ref(false);
  const error = ref('');
  const last = shallowRef<Verdict | null>(null);
  const times = ref<number[]>([]); // seconds of the items decided here
  let cursor: string | null = null;
  let shownSince = now();
  let hidden = 0;
  let loading: Promise<void> | null = null;

  const current = computed<ReviewItem | null>(() => items.value[at.value] ?? null);
  const coming = computed(() => items.value.slice(at.value + 1, at.value + 1 + ahead));
  const decided = computed(() => times.value.length);
  const median = computed(() => {
    const sorted = [...times.value].sort((a, b) => a - b);
    return sorted.length ? sorted[Math.floor(sorted.length / 2)]! : null;
  });

  function appeared(): void {
    shownSince = now();
    hidden = 0;
    for (const item of items.value.slice(at.value, at.value + 1 + ahead)) source.prefetch(item);
    if (items.value.length - at.value < fewLeft) void more();
  }

  async function load(): Promise<void> {
    isLoading.value = true;
    try {
      const page = await source.next(cursor);
      const known = new Set([...items.value.map((item) => item.finding.id), ...done.value.map((one) => one.item.finding.id)]);
      const fresh = page.items.filter((item) => !known.has(item.finding.id));
      const wasEmpty = current.value === null;
      items.value = [...items.value, ...fresh];
      cursor = page.next;
      isComplete.value = page.next === null;
      error.value = '';
      if (wasEmpty) appeared();
      else for (const item of coming.value) source.prefetch(item);
    } catch (cause) {
      error.value = wordsOf(cause);
    } finally {
      isLoading.value = false;
    }
  }
  function more(): Promise<void> {
    if (isComplete.value) return Promise.resolve();
    loading ??= load().finally(() => (loading = null));
    return loading;
  }

  function show(place: number): void {
    if (place < 0 || place >= items.value.length || place === at.value) return;
    at.value = place;
    appeared();
  }

  // Time during which nobody could look does not count.
  let hiddenSince: number | null = null;
  function seen(isVisible: boolean): void {
    if (!isVisible) hiddenSince ??= now();
    else if (hiddenSince !== null) {
      hidden += now() - hiddenSince;
      hiddenSince = null;
    }
  }

  function insert(item: ReviewItem, place: number): void {
    items.value = [...items.value.slice(0, place), item, ...items.value.slice(place)];
    if (place === at.value) appeared();
  }

  function forget(one: Done): void {
    done.value = done.value.filter((other) => other !== one);
    const place = times.value.lastIndexOf(one.seconds);
    times.value = times.value.filter((_, other) => other !== place);
  }

  async function sendOnce(one: Done): Promise<void> {
    const decision: Decision = { finding_id: one.item.finding.id, client_id: one.clientId, seconds: one.seconds, revision: one.item.finding.revision, ...one.verdict };
    const [outcome] = await source.decide([decision]);
    if (outcome?.error) throw new Refusal(outcome.error.message, ['conflict', 'not_found'].includes(outcome.error.code));
    one.decisionId = outcome?.decision_id ?? null;
  }

  // Under the same name each time, so that a decision whose answer was lost counts once.
  async function send(one: Done): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await sendOnce(one);
      } catch (cause) {
        const wait = pauses[tries];
        if (!isFinal(cause) && wait !== undefined) {
          await pause(wait);
          continue;
        }
        forget(one);
        // Behind the one that is being looked at: a key that is just being pressed is meant for that.
        if (!(cause instanceof Refusal && cause.isOver)) insert(one.item, current.value ? at.value + 1 : at.value);
        return source.failed(cause instanceof Refusal ? cause.message : wordsOf(cause));
      }
    }
  }

  function decide(verdict: Verdict): void {
    const item = current.value;
    if (!item) return;
    const seconds = Math.max(0, Math.round(now() - shownSince - hidden) / 1000);
    const one: Done = { item, verdict, clientId: crypto.randomUUID(), seconds, decisionId: null, sending: null };
    items.value = items.value.filter((other) => other !== item);
    at.value = Math.min(at.value, Math.max(0, items.value.length - 1));
    done.value = [...done.value, one].slice(-remembered);
    times.value = [...times.value, seconds];
    last.value = verdict;
    appeared();
    one.sending = send(one);
  }

  // The last decision that stands is taken back, here and on the server; one after the other.
  let undoing: Promise<boolean> = Promise.resolve(false);
  const undo = (): Promise<boolean> => (undoing = undoing.then(undoLast));
  async function undoLast(): Promise<boolean> {
    const one = done.value.at(-1);
    if (!one) return false;
    await one.sending;
    if (!done.value.includes(one)) return false; // it was not recorded, and is back already
    let finding: Finding | null = null;
    try {
      if (one.decisionId) finding = await source.undo(one.decisionId);
    } catch (cause) {
      source.failed(wordsOf(cause));
      return false;
    }
    forget(one);
    insert(finding ? { ...one.item, finding } : one.item, at.value);
    return true;
  }

  const repeat = () => last.value && decide(last.value);
  // Until everything that was decided is on the server.
  const settled = () => Promise.all(done.value.map((one) => one.sending)).then(() => undefined);

  return { items, at, current, coming, done, decided, median, last, isComplete, isLoading, error, more, show, seen, decide, undo, repeat, settled };
}
export type ReviewQueue = ReturnType<typeof useReviewQueue>;
