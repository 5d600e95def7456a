// Looks again every so often while the page is in sight: for what time alone changes, and nobody tells.
import { onBeforeUnmount, onMounted } from 'vue';

// `look` may fail: the next look is another try.
export function useEvery(milliseconds: number, look: () => Promise<void>): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  onMounted(() => {
    timer = setInterval(() => void (document.hidden || look().catch(() => undefined)), milliseconds);
  });
  onBeforeUnmount(() => clearInterval(timer));
}
