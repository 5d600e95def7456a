// Which files of a ledger are marked, among those that are shown.
import { computed, shallowRef, type ComputedRef, type Ref } from 'vue';
import type { SourceFile } from '../api/client';

export interface FileMarks {
  files: ComputedRef<readonly SourceFile[]>;
  has(id: string): boolean;
  set(ids: readonly string[], isMarked: boolean): void;
  clear(): void;
}

export function useFileMarks(rows: Readonly<Ref<readonly SourceFile[]>>): FileMarks {
  const named = shallowRef<ReadonlySet<string>>(new Set());
  return {
    files: computed(() => rows.value.filter(({ id }) => named.value.has(id))),
    has: (id) => named.value.has(id),
    set(ids, isMarked) {
      const next = new Set(named.value);
      for (const id of ids) {
        if (isMarked) next.add(id);
        else next.delete(id);
      }
      named.value = next;
    },
    clear: () => void (named.value = new Set()),
  };
}

// As the server has it: what is tried again, and what is left out, by where a file stands.
export const mayReplay = ({ state }: Pick<SourceFile, 'state'>): boolean => state === 'failed' || state === 'skipped';
export const maySkip = ({ state }: Pick<SourceFile, 'state'>): boolean => state === 'failed' || state === 'seen';
