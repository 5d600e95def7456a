// The page over the whole screen, where the browser has that.
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

export function useFullScreen(): { isPossible: boolean; isFull: Readonly<Ref<boolean>>; toggle(): void } {
  const isFull = ref(document.fullscreenElement !== null);
  const follow = () => (isFull.value = document.fullscreenElement !== null);
  onMounted(() => document.addEventListener('fullscreenchange', follow));
  onBeforeUnmount(() => document.removeEventListener('fullscreenchange', follow));
  const ask = () => (isFull.value ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  return { isPossible: document.fullscreenEnabled, isFull, toggle: () => void ask().catch(follow) };
}
