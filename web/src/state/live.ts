// What has changed, for the pages that show it: one connection for the whole application, and looking again every so
// often where there is none.
import { onBeforeUnmount, onMounted, ref, watch } from 'vue';
import { liveConnection, type Change } from '../api/live';
import { session } from './session';

const grace = 3000; // milliseconds until a lost connection is worth a word
const usualShare = 20; // a look may take one part in so many of the time

interface Follower {
  concerns(change: Change): boolean;
  look(): void;
}

const followers = new Set<Follower>();
const isConnected = ref(false);
export const isReconnecting = ref(false); // for a while by now, after there was a connection
let wasConnected = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const held = ref(0); // removals under way

// What a person is removing is not looked at again while it goes: its page would ask for something that is no longer
// there before it has led away. `work` ends on another page, or with the thing still there.
export async function withoutLooking<T>(work: () => Promise<T>): Promise<T> {
  held.value += 1;
  try {
    return await work();
  } finally {
    held.value -= 1;
  }
}

function settle(): void {
  clearTimeout(timer);
  timer = undefined;
  isReconnecting.value = false;
}

const connection = liveConnection({
  connected(is) {
    isConnected.value = is;
    if (is) {
      wasConnected = true;
      settle();
    }
    // Behind a proxy that lets no WebSocket through there is nothing to wait for: the pages look every so often, and
    // nobody need be told for as long as they are open.
    else if (wasConnected && session.isSignedIn.value) timer ??= setTimeout(() => (isReconnecting.value = true), grace);
  },
  changes(changes) {
    for (const follower of followers) if (changes.some(follower.concerns)) follower.look();
  },
  reset() {
    for (const follower of followers) follower.look();
  },
});

// Begins with the sign-in, ends with it, and tries at once when there is hope again.
export function followSession(): void {
  watch(
    session.isSignedIn,
    (is) => {
      if (is) return connection.start();
      connection.stop();
      settle();
      wasConnected = false;
    },
    { immediate: true },
  );
  const retry = () => void (document.hidden || connection.retry());
  window.addEventListener('online', retry);
  document.addEventListener('visibilitychange', retry);
}

export interface LiveOptions {
  concerns(change: Change): boolean;
  pollEvery: number; // milliseconds, while there is no connection
  least?: number; // milliseconds between two looks
  share?: number; // a look may take one part in so many of the time: 1 for what somebody waits for
  looksAtOnce?: boolean; // when the page opens
}

// Looks again whenever something has changed that concerns the page, while it is in sight. `look` may fail: the next
// one is another try. Two never overlap.
export function useLive(look: () => Promise<void>, { concerns, pollEvery, least = 1000, share = usualShare, looksAtOnce = false }: LiveOptions): void {
  let next: ReturnType<typeof setTimeout> | undefined;
  let isBusy = false;
  let isDue = false; // something has changed that was not looked at yet
  let isOver = false;
  let earliest = 0;

  async function run(): Promise<void> {
    if (isBusy || isOver || held.value || document.hidden) return;
    clearTimeout(next);
    isBusy = true;
    isDue = false;
    const began = Date.now();
    await look().catch(() => undefined);
    const ended = Date.now();
    earliest = ended + Math.max(least, share * (ended - began));
    isBusy = false;
    plan();
  }
  function plan(): void {
    clearTimeout(next);
    if (isOver || isBusy || held.value || (!isDue && isConnected.value)) return;
    const wait = Math.max(0, earliest - Date.now());
    next = setTimeout(() => void run(), isDue ? wait : Math.max(wait, pollEvery));
  }
  const follower: Follower = {
    concerns,
    look() {
      isDue = true;
      plan();
    },
  };
  const whenSeen = () => void (document.hidden || (isDue || !isConnected.value ? run() : plan()));

  watch([isConnected, held], plan);
  onMounted(() => {
    followers.add(follower);
    document.addEventListener('visibilitychange', whenSeen);
    if (looksAtOnce) void run();
    else plan();
  });
  onBeforeUnmount(() => {
    isOver = true;
    clearTimeout(next);
    followers.delete(follower);
    document.removeEventListener('visibilitychange', whenSeen);
  });
}
