// The sample photos: whether they are there, loading them, removing them. Operators and up.
import { onMounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { useRouter } from 'vue-router';
import { api, type SampleState } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { confirm } from './confirmation';
import { withoutLooking } from './live';
import { isAtLeast } from './roles';
import { showToast } from './toasts';

export interface Samples {
  state: Readonly<ShallowRef<SampleState | null>>; // null until it is known, and for who may not load any
  isBusy: Readonly<Ref<boolean>>;
  load(): Promise<void>; // and shows their job
  remove(back?: string): Promise<void>; // after asking; then on to `back`
}

export function useSamples(): Samples {
  const router = useRouter();
  const state = shallowRef<SampleState | null>(null);
  const isBusy = ref(false);

  async function look(): Promise<void> {
    if (isAtLeast('operator')) state.value = await dataOf(api.GET('/api/v1/samples')).catch(() => null);
  }

  async function run(work: () => Promise<unknown>, words: string): Promise<boolean> {
    isBusy.value = true;
    try {
      await work();
      showToast({ words, kind: 'done' });
      return true;
    } catch (cause) {
      showToast({ words: wordsOf(cause), kind: 'failed' });
      return false;
    } finally {
      isBusy.value = false;
    }
  }

  async function load(): Promise<void> {
    const isLoaded = await run(async () => (state.value = await dataOf(api.POST('/api/v1/samples'))), text.samples.loaded);
    if (isLoaded && state.value?.job_id) await router.push(`/job/${state.value.job_id}`);
  }

  async function remove(back?: string): Promise<void> {
    if (!(await confirm({ title: text.samples.remove, words: text.samples.sure, action: text.samples.remove, isDangerous: true }))) return;
    await withoutLooking(async () => {
      const isRemoved = await run(() => dataOf(api.DELETE('/api/v1/samples')), text.samples.removed);
      await look();
      if (isRemoved && back) await router.push(back);
    });
  }

  onMounted(look);
  return { state, isBusy, load, remove };
}
