// The window onto the timeline: how far it is scrolled, however long the timeline is.
import { computed, onBeforeUnmount, onMounted, ref, type ComputedRef, type Ref } from 'vue';
import { boxHeight, boxPosition } from './long_scroll';

export interface LongScroller {
  top: Readonly<Ref<number>>; // of the length, what is at the window's top
  view: Readonly<Ref<number>>; // height of the window
  width: Readonly<Ref<number>>;
  shift: Readonly<Ref<number>>; // what the box's top stands for
  box: ComputedRef<number>; // height of the box
  speed(): number; // pixels a millisecond, lately
  onScroll(): void;
  jump(y: number): void;
}

const pause = 200; // milliseconds without scrolling, after which the box may be put right under the window

export function useLongScroller(element: Ref<HTMLElement | undefined>, length: () => number): LongScroller {
  const top = ref(0);
  const view = ref(0);
  const width = ref(0);
  const shift = ref(0);
  let last = { at: 0, top: 0, speed: 0 };
  let jumpedAt = -Infinity;
  let arriving: number | null = null; // where the box will be scrolled to in a moment
  let timer: ReturnType<typeof setTimeout> | undefined;
  let observer: ResizeObserver | undefined;

  // Box and shift move together: nothing that is seen does.
  function settle(y: number): void {
    const target = boxPosition(y, length(), view.value);
    shift.value = y - target;
    top.value = y;
    const box = element.value;
    if (!box) return;
    // The box gets its height with the next rendering; until then it may be too short for this place, and the browser
    // may scroll it to where it still fits.
    arriving = target;
    requestAnimationFrame(() => {
      if (arriving === null) return;
      box.scrollTop = arriving;
      arriving = null;
    });
  }

  function onScroll(): void {
    const box = element.value;
    if (!box || arriving !== null) return;
    const now = performance.now();
    top.value = box.scrollTop + shift.value;
    last = { at: now, top: top.value, speed: Math.abs(top.value - last.top) / Math.max(now - last.at, 1) };
    clearTimeout(timer);
    timer = setTimeout(() => {
      last.speed = 0;
      if (boxHeight(length()) < length()) settle(top.value);
    }, pause);
  }

  onMounted(() => {
    observer = new ResizeObserver(([entry]) => {
      view.value = entry!.contentRect.height;
      width.value = entry!.contentRect.width;
    });
    observer.observe(element.value!);
  });
  onBeforeUnmount(() => {
    observer?.disconnect();
    clearTimeout(timer);
  });

  return {
    top,
    view,
    width,
    shift,
    box: computed(() => boxHeight(length())),
    speed: () => last.speed,
    onScroll,
    // One jump arrives somewhere; jumps in a row are a strip being dragged, which is as fast as any rush.
    jump(y) {
      const target = Math.min(Math.max(y, 0), Math.max(length() - view.value, 0));
      const now = performance.now();
      const speed = now - jumpedAt < pause ? Infinity : 0;
      jumpedAt = now;
      last = { at: now, top: target, speed };
      settle(target);
    },
  };
}
