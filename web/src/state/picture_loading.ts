// How a picture of a photo comes in: an image element tells that it failed, and not why; the server does.
import { ref, watch, type Ref } from 'vue';

export type PictureState = 'loading' | 'loaded' | 'lost' | 'failed';

// `lost` where the server knows the photo and has no file of it any more.
export async function whyMissing(url: string, ask: typeof fetch = fetch): Promise<'lost' | 'failed'> {
  const answer = await ask(url, { method: 'HEAD' }).catch(() => null);
  return answer?.status === 410 ? 'lost' : 'failed';
}

export interface PictureLoading {
  state: Readonly<Ref<PictureState>>;
  loaded(): void;
  failed(): Promise<void>;
}

export function usePictureLoading(url: () => string, ask?: typeof fetch): PictureLoading {
  const state = ref<PictureState>('loading');
  watch(url, () => (state.value = 'loading'), { flush: 'sync' }); // before the next picture can come in
  return {
    state,
    loaded: () => (state.value = 'loaded'),
    async failed() {
      const asked = url();
      const why = await whyMissing(asked, ask);
      if (asked === url()) state.value = why;
    },
  };
}
