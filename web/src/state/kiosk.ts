// What the page of a station shows, kept fresh as it happens.
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { api, type Station, type Trigger } from '../api/client';
import { dataOf, Problem } from '../api/problem';
import { isOnline } from './application';
import { useEvery } from './every';
import { isReconnecting, useLive } from './live';
import { openSound, sound } from './station_sounds';
import { toneFor } from './station_outcome';

const watched = 50; // parts whose ends are to be heard: of those that wait to be judged more than are shown
const shown = 8; // of them in the strip
const soonest = 40; // milliseconds between two looks
const whileCut = 2000; // milliseconds between looks without a live connection
const patience = 10_000; // milliseconds until an answer is given up
const statusEvery = 5000; // milliseconds: how the camera stands is in no row that could tell of changes

export interface Kiosk {
  station: ShallowRef<Station | null>;
  parts: Readonly<Ref<readonly Trigger[]>>; // to be shown, the newest first
  cause: Readonly<ShallowRef<unknown>>; // why there is nothing, or null
  isCut: Readonly<Ref<boolean>>; // what is shown may be old
  refresh(): Promise<void>;
}

export function useKiosk(id: string): Kiosk {
  const station = shallowRef<Station | null>(null);
  const all = shallowRef<readonly Trigger[]>([]);
  const parts = computed(() => all.value.slice(0, shown));
  const cause = shallowRef<unknown>(null);
  const isFailing = ref(false);
  const path = { id };
  let heard: Set<string> | null = null; // null: nothing was seen yet, and what was before is not sounded

  function hear(): void {
    const isFirst = heard === null;
    const listed = new Set(all.value.map((part) => part.id));
    const still = new Set([...(heard ?? [])].filter((one) => listed.has(one)));
    const tone = toneFor(all.value, still);
    heard = still; // what has left the list does not come back
    if (tone && !isFirst) sound(tone);
  }
  // A line that went dead without a word is found out by waiting.
  const signal = () => AbortSignal.timeout(patience);
  async function lookAtStation(): Promise<void> {
    station.value = await dataOf(api.GET('/api/v1/stations/{id}', { params: { path }, signal: signal() }));
  }
  // The verdict waits for one answer alone.
  async function lookAtParts(): Promise<void> {
    const query = { limit: watched };
    all.value = (await dataOf(api.GET('/api/v1/stations/{id}/triggers', { params: { path, query }, signal: signal() }))).results;
    hear();
  }
  async function told(look: Promise<unknown>): Promise<void> {
    try {
      await look;
      isFailing.value = false;
      cause.value = null;
    } catch (failure) {
      const isGone = failure instanceof Problem && failure.status === 404;
      isFailing.value = !isGone;
      if (isGone) station.value = null;
      if (!station.value) cause.value = failure;
      throw failure;
    }
  }
  const look = () => told(Promise.all([lookAtParts(), lookAtStation()]));
  const refresh = () => look().catch(() => undefined);
  useLive(look, { concerns: ({ type, id: changed }) => type === 'station' && changed === id, pollEvery: whileCut, least: soonest, share: 1, looksAtOnce: true });
  useEvery(statusEvery, look);
  let silence = () => undefined as void;
  onMounted(() => (silence = openSound()));
  onBeforeUnmount(() => silence());
  return { station, parts, cause, isCut: computed(() => isFailing.value || isReconnecting.value || !isOnline.value), refresh };
}
