// Changes many photos, some hundred a request, with progress that can be watched and stopped.
import { ref, type Ref } from 'vue';
import { api, type PhotoQuery } from '../api/client';
import { dataOf } from '../api/problem';
import type { components } from '../api/schema';

type Body = components['schemas']['PhotoBulk'];
export type BulkAction = Pick<Body, 'add_tags' | 'remove_tags' | 'assign' | 'reprocess' | 'trash' | 'restore'>;
export type BulkTarget = { photos: readonly string[] } | { filter: PhotoQuery; except: readonly string[]; total: number };

export interface BulkOutcome {
  changed: string[];
  refused: { id: string; problem: string }[];
  isStopped: boolean;
}

export interface BulkChanges {
  done: Readonly<Ref<number>>; // photos looked at
  total: Readonly<Ref<number>>; // 0: nothing is under way
  run(target: BulkTarget, action: BulkAction): Promise<BulkOutcome>;
  stop(): void;
}

const atOnce = 250; // photos named in a request: progress moves every moment

export function useBulkChanges(): BulkChanges {
  const done = ref(0);
  const total = ref(0);
  let isStopped = false;

  async function send(body: Body, outcome: BulkOutcome) {
    const answer = await dataOf(api.POST('/api/v1/images/photos/bulk', { body }));
    outcome.changed.push(...answer.photos);
    outcome.refused.push(...answer.refused);
    return answer;
  }

  async function runNamed(photos: readonly string[], action: BulkAction, outcome: BulkOutcome): Promise<void> {
    for (let from = 0; from < photos.length && !isStopped; from += atOnce) {
      await send({ photos: photos.slice(from, from + atOnce), ...action }, outcome);
      done.value = Math.min(from + atOnce, photos.length);
    }
  }

  async function runFiltered(target: Exclude<BulkTarget, { photos: readonly string[] }>, action: BulkAction, outcome: BulkOutcome): Promise<void> {
    let cursor: string | null = null;
    do {
      const answer = await send({ filter: { ...target.filter } as Record<string, string>, except: [...target.except], cursor, ...action }, outcome);
      cursor = answer.next;
      done.value = Math.min(done.value + 500, target.total);
    } while (cursor && !isStopped);
  }

  return {
    done,
    total,
    async run(target, action) {
      const outcome: BulkOutcome = { changed: [], refused: [], isStopped: false };
      isStopped = false;
      done.value = 0;
      total.value = 'photos' in target ? target.photos.length : target.total;
      try {
        if ('photos' in target) await runNamed(target.photos, action, outcome);
        else await runFiltered(target, action, outcome);
      } finally {
        total.value = 0;
        outcome.isStopped = isStopped;
      }
      return outcome;
    },
    stop: () => (isStopped = true),
  };
}
