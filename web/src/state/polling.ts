// Looks again every so often while the page is in sight, and at once when it comes back.
import { onBeforeUnmount, onMounted } from 'vue';

// `look` may fail: the next look is another try. Two never overlap.
export function usePolling(look: () => Promise<void>, milliseconds: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isBusy = false;
  let isOver = false;

  async function run(): Promise<void> {
    clearTimeout(timer);
    if (isBusy || isOver) return;
    isBusy = true;
    if (!document.hidden) await look().catch(() => undefined);
    isBusy = false;
    if (!isOver) timer = setTimeout(() => void run(), milliseconds);
  }
  const whenSeen = () => void (document.hidden || run());

  onMounted(() => {
    void run();
    document.addEventListener('visibilitychange', whenSeen);
  });
  onBeforeUnmount(() => {
    isOver = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', whenSeen);
  });
}
