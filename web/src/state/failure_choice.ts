// Which failures are chosen for an action: single ones, and whole groups.
import { computed, ref, type ComputedRef } from 'vue';

// A group, with how many it has, and one of them.
export interface ChoosableGroup {
  group: string;
  failures: number;
}
export interface Choosable {
  id: string;
  group: string;
}

export interface FailureChoice {
  failures: ComputedRef<string[]>;
  groups: ComputedRef<string[]>;
  count: ComputedRef<number>; // of photos, or files
  hasGroup(group: ChoosableGroup): boolean;
  has(failure: Choosable): boolean; // itself, or with its group
  toggleGroup(group: ChoosableGroup): void;
  toggle(failure: Choosable): void;
  keep(groups: readonly ChoosableGroup[]): void; // what is no longer there is not chosen either
  clear(): void;
}

export function useFailureChoice(): FailureChoice {
  const groups = ref(new Map<string, number>()); // with how many photos
  const failures = ref(new Map<string, string>()); // with their groups

  return {
    failures: computed(() => [...failures.value.keys()]),
    groups: computed(() => [...groups.value.keys()]),
    count: computed(() => failures.value.size + [...groups.value.values()].reduce((sum, one) => sum + one, 0)),
    hasGroup: ({ group }) => groups.value.has(group),
    has: ({ id, group }) => failures.value.has(id) || groups.value.has(group),
    toggleGroup({ group, failures: count }) {
      if (groups.value.delete(group)) return;
      for (const [id, of] of failures.value) if (of === group) failures.value.delete(id);
      groups.value.set(group, count);
    },
    toggle({ id, group }) {
      if (failures.value.delete(id)) return;
      groups.value.delete(group);
      failures.value.set(id, group);
    },
    keep(shown) {
      const counts = new Map(shown.map(({ group, failures: count }) => [group, count]));
      for (const group of groups.value.keys()) {
        const count = counts.get(group);
        if (count === undefined) groups.value.delete(group);
        else groups.value.set(group, count);
      }
      for (const [id, group] of failures.value) if (!counts.has(group)) failures.value.delete(id);
    },
    clear() {
      groups.value.clear();
      failures.value.clear();
    },
  };
}
