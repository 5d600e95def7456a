// The photo that a page shows, with its place in a list: what is known at once, what comes after it, and what is
// fetched ahead.
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import { api, type Photo, type PhotoDetail, type PhotoInput } from '../api/client';
import { dataOf, Problem, wordsOf } from '../api/problem';
import { text } from '../strings';
import { useLive } from './live';
import { changePhoto } from './photo_edit';
import type { PhotoSource } from './photo_source';
import { usePhotoTurning, type PhotoTurning } from './photo_turning';
import { usePhotoWalk, type PhotoWalk } from './photo_walk';
import { showToast, showUndo } from './toasts';

const readPage = (query: PhotoSource['query']) => dataOf(api.GET('/api/v1/images/photos', { params: { query } }));
const readPhoto = (id: string) => dataOf(api.GET('/api/v1/images/photos/{id}', { params: { path: { id } } }));

export interface PhotoPageState {
  photo: ComputedRef<Photo | null>; // as soon as anything is known of it
  detail: Readonly<Ref<PhotoDetail | null>>;
  error: Readonly<Ref<string>>;
  walk: PhotoWalk;
  load(): Promise<void>;
  change(change: PhotoInput, words: string): void;
  turning: PhotoTurning;
  reprocess(): Promise<void>;
  trash(afterwards: () => void): Promise<void>;
  restore(photo: Photo): Promise<void>;
}

export function usePhotoPage(id: () => string, source: () => PhotoSource): PhotoPageState {
  const shown = shallowRef<PhotoDetail | null>(null);
  const error = ref('');
  const walk = usePhotoWalk(readPage, () => source().query, id);
  const detail = computed(() => (shown.value?.id === id() ? shown.value : null));

  // Undoing may come when another photo is shown by then.
  function show(photo: PhotoDetail): void {
    if (photo.id === id()) shown.value = photo;
    walk.replace(photo);
  }

  async function load(): Promise<void> {
    const asked = id();
    error.value = '';
    try {
      const photo = await readPhoto(asked);
      if (asked !== id()) return;
      shown.value = photo;
      await walk.begin(photo);
    } catch (cause) {
      if (asked === id()) error.value = cause instanceof Problem && cause.status === 404 ? text.viewer.missing : wordsOf(cause);
    }
  }

  async function restore(photo: Photo): Promise<void> {
    try {
      await dataOf(api.POST('/api/v1/images/photos/{id}/restore', { params: { path: { id: photo.id } } }));
      showToast({ words: text.viewer.trash.restored, kind: 'done' });
      if (photo.id === id()) await load();
    } catch (cause) {
      showToast({ words: wordsOf(cause), kind: 'failed' });
    }
  }

  // The photo alone: its place among the others stays. What is no longer there to be seen is said once, and stays in
  // the window, so that nobody wonders what they were just looking at.
  let gone = '';
  async function refresh(): Promise<void> {
    const asked = id();
    try {
      const photo = await readPhoto(asked);
      if (asked === id()) show(photo);
    } catch (cause) {
      if (!(cause instanceof Problem && cause.status === 404) || asked !== id() || asked === gone) return;
      gone = asked;
      showToast({ words: text.viewer.missing, kind: 'failed', staysOpen: true });
    }
  }
  useLive(refresh, { concerns: ({ type, id: changed }) => type === 'photo' && changed === id(), pollEvery: 15_000 });

  watch(id, load, { immediate: true });
  watch([walk.next, walk.previous], (beside) => {
    for (const photo of beside) if (photo) new Image().src = photo.display_url;
  });

  return {
    photo: computed(() => detail.value ?? walk.current.value),
    detail,
    error,
    walk,
    load,
    change: (change, words) => void (detail.value && changePhoto(detail.value, change, words, show)),
    restore,
    turning: usePhotoTurning(show),
    async reprocess() {
      const asked = id();
      try {
        await dataOf(api.POST('/api/v1/images/photos/{id}/reprocess', { params: { path: { id: asked } } }));
        showToast({ words: text.viewer.reprocessed, kind: 'done' });
        await load();
      } catch (cause) {
        showToast({ words: wordsOf(cause), kind: 'failed' });
      }
    },
    // `afterwards` leads on to another photo, or away.
    async trash(afterwards) {
      const photo = detail.value;
      if (!photo) return;
      try {
        await dataOf(api.POST('/api/v1/images/photos/{id}/trash', { params: { path: { id: photo.id } } }));
      } catch (cause) {
        showToast({ words: wordsOf(cause), kind: 'failed' });
        return;
      }
      showUndo(text.viewer.trash.done, text.common.undo, () => restore(photo));
      afterwards();
      walk.remove(photo.id);
    },
  };
}
