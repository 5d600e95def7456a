// Where the items of a review queue come from and where decisions go: the server, and the browser's cache of pictures.
import { api, type FindingKind, type ReviewItem } from '../api/client';
import { dataOf } from '../api/problem';
import { text } from '../strings';
import type { ReviewSource } from './review_queue';
import { showToast } from './toasts';

const pageSize = 12;

export function reviewSource(kind: FindingKind): ReviewSource {
  const fetched = new Set<string>();
  return {
    next: (after) => dataOf(api.GET('/api/v1/review/next', { params: { query: { kind, limit: pageSize, burst: kind === 'spotting', ...(after !== null && { after }) } } })),
    decide: async (decisions) => (await dataOf(api.POST('/api/v1/review/decisions', { body: { decisions } }))).results,
    undo: async (decision_id) => (await dataOf(api.POST('/api/v1/review/undo', { body: { decision_id } }))).finding,
    // Decoded as well, so that it is drawn in the frame in which it is asked for.
    prefetch({ photo }: ReviewItem) {
      if (fetched.has(photo.display_url)) return;
      fetched.add(photo.display_url);
      const picture = new Image();
      picture.src = photo.display_url;
      picture.decode().catch(() => fetched.delete(photo.display_url));
    },
    failed: (words) => void showToast({ words: text.review.notRecorded(words), kind: 'failed' }),
  };
}
