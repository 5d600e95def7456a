// Which photos are marked: some by name, or all that the filter lets through but for some.
import { computed, ref, shallowRef, type ComputedRef, type Ref } from 'vue';

export interface Spot {
  segment: number;
  index: number; // inside the segment
}

export interface PhotoSelection {
  count: ComputedRef<number>;
  isAll: Readonly<Ref<boolean>>;
  ids: ComputedRef<readonly string[]>; // named, or left out when isAll
  anchor: Ref<Spot | null>; // where a range begins
  has(id: string): boolean;
  set(ids: readonly string[], isMarked: boolean): boolean; // false when no more can be left out
  selectAll(): void;
  clear(): void;
}

export const mostLeftOut = 1000; // what one request to the server may name

export function usePhotoSelection(total: () => number): PhotoSelection {
  const named = shallowRef<ReadonlySet<string>>(new Set());
  const isAll = ref(false);
  const anchor = ref<Spot | null>(null);
  return {
    count: computed(() => (isAll.value ? Math.max(total() - named.value.size, 0) : named.value.size)),
    isAll,
    ids: computed(() => [...named.value]),
    anchor,
    has: (id) => named.value.has(id) !== isAll.value,
    set(ids, isMarked) {
      const next = new Set(named.value);
      for (const id of ids) {
        if (isMarked === isAll.value) next.delete(id);
        else next.add(id);
      }
      if (isAll.value && next.size > mostLeftOut) return false;
      named.value = next;
      return true;
    },
    selectAll() {
      isAll.value = true;
      named.value = new Set();
    },
    clear() {
      isAll.value = false;
      named.value = new Set();
      anchor.value = null;
    },
  };
}
