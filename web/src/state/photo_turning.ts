// Turns a photo by quarters. Keys come faster than pictures are made: each press moves what is wanted, and the server is
// asked for the latest, one request at a time.
import { computed, ref, type ComputedRef } from 'vue';
import { api, type Photo, type PhotoDetail } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { patchPhoto } from './photo_edit';
import { showToast } from './toasts';

export type Rotation = Photo['rotation'];
export const quarters = { right: 90, left: 270 } as const;
export const turnedBy = (rotation: Rotation, by: number): Rotation => ((rotation + by) % 360) as Rotation;

// A quarter to the right, from wherever it stands.
export async function turnPhoto(id: string): Promise<void> {
  const { rotation } = await dataOf(api.GET('/api/v1/images/photos/{id}', { params: { path: { id } } }));
  await patchPhoto(id, { rotation: turnedBy(rotation, quarters.right) });
}

type Patch = (id: string, change: { rotation: Rotation }) => Promise<PhotoDetail>;

export interface PhotoTurning {
  isTurning: ComputedRef<boolean>;
  turn(photo: Photo, by: number): Promise<void>;
}

// `show` is given the photo as the server has it after each turn.
export function usePhotoTurning(show: (photo: PhotoDetail) => void, patch: Patch = patchPhoto): PhotoTurning {
  const wanted = ref(new Map<string, Rotation>());

  async function turn(photo: Photo, by: number): Promise<void> {
    const begun = wanted.value.get(photo.id);
    wanted.value.set(photo.id, turnedBy(begun ?? photo.rotation, by));
    if (begun !== undefined) return; // the request under way is followed by another
    try {
      for (let now = photo.rotation; now !== wanted.value.get(photo.id); ) {
        const turned = await patch(photo.id, { rotation: wanted.value.get(photo.id)! });
        show(turned);
        now = turned.rotation;
      }
    } catch (cause) {
      showToast({ words: text.viewer.edit.refused(wordsOf(cause)), kind: 'failed' });
    } finally {
      wanted.value.delete(photo.id);
    }
  }

  return { isTurning: computed(() => wanted.value.size > 0), turn };
}
