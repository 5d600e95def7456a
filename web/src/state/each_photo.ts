// Does something to one photo after the other, where no request does it to many: with progress that can be watched and
// stopped, and going on past what is refused.
import { ref, type Ref } from 'vue';
import { api, type PhotoQuery } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import type { BulkTarget } from './bulk_changes';

const pageSize = 200;

// Those a filter finds are named before the first is changed: what is refused would be found again and again.
async function idsOf(target: BulkTarget): Promise<string[]> {
  if ('photos' in target) return [...target.photos];
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const query: PhotoQuery = { ...target.filter, limit: pageSize, ...(cursor && { cursor }) };
    const page = await dataOf(api.GET('/api/v1/images/photos', { params: { query } }));
    ids.push(...page.results.map((photo) => photo.id).filter((id) => !target.except.includes(id)));
    cursor = page.next ?? undefined;
  } while (cursor);
  return ids;
}

export interface EachPhoto {
  done: Readonly<Ref<number>>;
  total: Readonly<Ref<number>>; // 0: nothing is under way
  run(target: BulkTarget, act: (id: string) => Promise<unknown>): Promise<{ changed: number; refused: string[] }>; // why some were not
  stop(): void;
}

export function useEachPhoto(): EachPhoto {
  const done = ref(0);
  const total = ref(0);
  let isStopped = false;
  return {
    done,
    total,
    async run(target, act) {
      const refused: string[] = [];
      isStopped = false;
      done.value = 0;
      total.value = 'photos' in target ? target.photos.length : target.total;
      try {
        const ids = await idsOf(target);
        for (const id of ids) {
          if (isStopped) break;
          await act(id).catch((cause: unknown) => refused.push(wordsOf(cause)));
          done.value += 1;
        }
      } finally {
        total.value = 0;
      }
      return { changed: done.value - refused.length, refused };
    },
    stop: () => (isStopped = true),
  };
}
