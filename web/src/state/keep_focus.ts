// One field that always has the focus, because a scanner types into whatever has it. Tab still leads to the buttons;
// whatever is typed there, pressed there, or opened above the page, the focus comes back.
import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue';
import { activeGroups } from './keys';

const isField = (target: EventTarget | null) => target instanceof Element && target.closest('input, textarea, select, [contenteditable=true]') !== null;
const isCovered = () => activeGroups.value.some((group) => group.isExclusive);

// A key that writes something, and does nothing else where the focus is.
function writes(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return false;
  return event.key !== ' ' || !(event.target instanceof Element && event.target.closest('button, a[href]'));
}

export function useKeptFocus(field: Ref<HTMLInputElement | undefined>): void {
  const take = () => {
    if (!isCovered() && !isField(document.activeElement)) field.value?.focus({ preventScroll: true });
  };
  const later = () => setTimeout(take);
  // Before the key arrives, so that it lands in the field.
  const catchKey = (event: KeyboardEvent) => {
    if (!isCovered() && !isField(event.target) && writes(event)) field.value?.focus({ preventScroll: true });
  };
  watch(field, later, { flush: 'post' });
  watch(() => isCovered(), later, { flush: 'post' });
  onMounted(() => {
    later();
    window.addEventListener('keydown', catchKey, true);
    window.addEventListener('click', later);
    window.addEventListener('focus', later);
    document.addEventListener('fullscreenchange', later);
  });
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', catchKey, true);
    window.removeEventListener('click', later);
    window.removeEventListener('focus', later);
    document.removeEventListener('fullscreenchange', later);
  });
}
