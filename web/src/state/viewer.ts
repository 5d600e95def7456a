// Which photo is shown full screen, held in the address line as ?photo=ID.
import { computed, watch, type ComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { Photo } from '../api/client';
import type { PagedList } from './paged_list';

const preload = 3; // photos before the end of what is loaded at which more are asked for

export interface ViewerState {
  index: ComputedRef<number>; // −1: closed
  open(photo: Photo): void;
  show(index: number): void;
  close(): void;
}

export function useViewer(list: PagedList<Photo>): ViewerState {
  const route = useRoute();
  const router = useRouter();
  const index = computed(() => list.rows.value.findIndex((photo) => photo.id === route.query.photo));

  const queryWith = (id: string) => ({ query: { ...route.query, photo: id } });
  watch(index, (at) => {
    if (at >= 0 && at + preload >= list.rows.value.length) void list.more();
  });

  return {
    index,
    open: (photo) => void router.push(queryWith(photo.id)),
    show(at) {
      const photo = list.rows.value[at];
      if (photo) void router.replace(queryWith(photo.id));
    },
    close() {
      const { photo: _, ...query } = route.query;
      void router.replace({ query });
    },
  };
}
