// The next times of a schedule that is being written: asked of the server a moment after the last key.
import { onBeforeUnmount, ref, watch, type Ref } from 'vue';
import { api } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';

const pause = 300; // milliseconds

export interface SchedulePreview {
  upcoming: Readonly<Ref<readonly string[] | null>>; // null until they are known
  problem: Readonly<Ref<string>>; // what is wrong with what is written
}

export function useSchedulePreview(read: () => { expression: string; zone: string }): SchedulePreview {
  const upcoming = ref<readonly string[] | null>(null);
  const problem = ref('');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  async function look(): Promise<void> {
    const { expression, zone } = read();
    const mine = ++asked;
    if (!expression.trim()) return;
    try {
      const query = { expression: expression.trim(), time_zone: zone.trim() };
      const found = await dataOf(api.GET('/api/v1/schedules/preview', { params: { query } }));
      if (mine !== asked) return;
      upcoming.value = found.upcoming;
      problem.value = '';
    } catch (cause) {
      if (mine !== asked) return;
      upcoming.value = null;
      problem.value = wordsOf(cause);
    }
  }
  watch(
    read,
    () => {
      asked += 1;
      upcoming.value = null; // those that stood there were of something else
      clearTimeout(timer);
      timer = setTimeout(() => void look(), pause);
    },
    { deep: true },
  );
  void look();
  onBeforeUnmount(() => clearTimeout(timer));
  return { upcoming, problem };
}
