// Which tasks are marked: some of those that are shown, or all that match.
import { computed, ref, shallowRef, type ComputedRef, type Ref } from 'vue';
import type { ShownTask } from '../api/client';

export interface TaskSelection {
  isAll: Readonly<Ref<boolean>>;
  tasks: ComputedRef<readonly ShownTask[]>; // marked among those that are shown
  count: ComputedRef<number>;
  has(id: string): boolean;
  set(ids: readonly string[], isMarked: boolean): void;
  selectAll(): void;
  clear(): void;
}

export function useTaskSelection(rows: Readonly<Ref<readonly ShownTask[]>>, total: () => number): TaskSelection {
  const named = shallowRef<ReadonlySet<string>>(new Set());
  const isAll = ref(false);
  const has = (id: string) => isAll.value || named.value.has(id);
  const tasks = computed(() => rows.value.filter(({ id }) => has(id)));
  return {
    isAll,
    tasks,
    count: computed(() => (isAll.value ? total() : tasks.value.length)),
    has,
    // Unmarking one of all that match leaves the others that are shown: what is not seen is not meant then.
    set(ids, isMarked) {
      const next = new Set(tasks.value.map(({ id }) => id));
      for (const id of ids) {
        if (isMarked) next.add(id);
        else next.delete(id);
      }
      isAll.value = false;
      named.value = next;
    },
    selectAll: () => void (isAll.value = true),
    clear() {
      isAll.value = false;
      named.value = new Set();
    },
  };
}
