// The keys that work right now. Whoever has keys registers them with their words; `?` lists what is active.
import { computed, onBeforeUnmount, onMounted, shallowRef } from 'vue';

export interface KeyBinding {
  // As KeyboardEvent.key names them: 'i', 'ArrowRight', '?'; letters in a row after each other as 'g p'; any of several.
  keys: string | readonly string[];
  words: () => string;
  run: (event: KeyboardEvent) => void;
  isActive?: () => boolean; // left out of the sheet and not run while false
  repeats?: boolean; // runs again while the key is held; what decides something must not
}

export interface KeyGroup {
  title: () => string;
  bindings: readonly KeyBinding[];
  // Covers the groups registered before it, as a dialog covers the page.
  isExclusive?: boolean;
}

const groups = shallowRef<readonly KeyGroup[]>([]);

export function addKeys(group: KeyGroup): () => void {
  groups.value = [...groups.value, group];
  return () => {
    groups.value = groups.value.filter((one) => one !== group);
  };
}

// For as long as the component is there.
export function useKeys(title: () => string, bindings: readonly KeyBinding[], options: { isExclusive?: boolean } = {}): void {
  let remove = () => undefined as void;
  onMounted(() => (remove = addKeys({ title, bindings, ...options })));
  onBeforeUnmount(() => remove());
}

// The newest first, down to the one that covers the rest.
export const activeGroups = computed(() => {
  const newestFirst = [...groups.value].reverse();
  const cover = newestFirst.findIndex((group) => group.isExclusive);
  return cover < 0 ? newestFirst : newestFirst.slice(0, cover + 1);
});

export const keysOf = (binding: KeyBinding): readonly string[] => (typeof binding.keys === 'string' ? [binding.keys] : binding.keys);
const isActive = (binding: KeyBinding) => binding.isActive?.() ?? true;
const activeBindings = () => activeGroups.value.flatMap((group) => group.bindings).filter(isActive);

// Words that a person is typing, and lists that look for what is typed, keep their keys.
const typing = 'input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=file]), textarea, select, [contenteditable=true], [role=menu], [role=listbox], [role=combobox]';
// A focused control does itself what Enter and Space ask for.
const pressing = 'button, a[href], summary, input, [role=button], [role=slider]';

function isTaken(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof Element)) return false;
  if (target.closest(typing)) return event.key !== 'Escape';
  return (event.key === 'Enter' || event.key === ' ') && target.closest(pressing) !== null;
}

const patience = 1000; // milliseconds between the keys of a row such as "g p"
let begun = '';
let begunAt = 0;

// Caps Lock makes no other key of a letter; Shift does.
const nameOf = (event: KeyboardEvent) => (event.shiftKey || event.key.length > 1 ? event.key : event.key.toLowerCase());

export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
  const key = nameOf(event);
  const row = begun && event.timeStamp - begunAt < patience ? `${begun} ${key}` : '';
  begun = '';
  const bindings = activeBindings();
  const found = bindings.find((one) => row !== '' && keysOf(one).includes(row)) ?? bindings.find((one) => keysOf(one).includes(key));
  if (found) {
    event.preventDefault();
    if (!event.repeat || (found.repeats ?? true)) found.run(event);
  } else if (bindings.some((one) => keysOf(one).some((row) => row.startsWith(`${key} `)))) {
    begun = key;
    begunAt = event.timeStamp;
  }
}

export function listenToKeys(): () => void {
  window.addEventListener('keydown', handleKey);
  return () => window.removeEventListener('keydown', handleKey);
}
