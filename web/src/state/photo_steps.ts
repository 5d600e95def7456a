// From photo to photo: keys come faster than addresses change and neighbours are known.
import { watch, type Ref } from 'vue';
import { useRoute, useRouter, type LocationQuery } from 'vue-router';
import type { Photo } from '../api/client';
import { photoAddress } from './photo_source';
import type { PhotoWalk } from './photo_walk';

export interface PhotoSteps {
  show(photo: Photo | null): Promise<void>;
  step(by: 1 | -1): void;
  listQuery(): LocationQuery; // of the list that the photo is in
}

// `wanted` is the photo that is to be shown, a little ahead of the address, which has `id`.
export function usePhotoSteps(wanted: Ref<string>, id: () => string, walk: PhotoWalk): PhotoSteps {
  const route = useRoute();
  const router = useRouter();
  const listQuery = () => {
    const { with: _, ...query } = route.query;
    return query;
  };

  // The address names the photo; the way back stays one step, however far one has walked.
  let underWay = 0;
  async function show(one: Photo | null): Promise<void> {
    if (!one) return;
    wanted.value = one.id;
    underWay += 1;
    await router.replace(photoAddress(one, listQuery()));
    underWay -= 1;
  }
  watch(id, (now) => underWay || (wanted.value = now));

  // Steps taken before the neighbours are known are made up for.
  let owed = 0;
  function step(by: 1 | -1): void {
    if (walk.current.value) void show(by > 0 ? walk.next.value : walk.previous.value);
    else owed += by;
  }
  watch(
    () => walk.current.value !== null,
    (isKnown) => {
      if (!isKnown) return;
      for (; owed !== 0; owed -= Math.sign(owed)) step(owed > 0 ? 1 : -1);
    },
  );
  return { show, step, listQuery };
}
