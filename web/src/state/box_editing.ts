// Drawing, moving and resizing of boxes on the picture that is shown, by hand and by keys. Who uses it says which findings
// may be changed and what becomes of a change.
import { computed, ref, shallowRef, watch } from 'vue';
import type { Finding } from '../api/client';
import { text } from '../strings';
import { insidePicture, isSamePlace, nudged, toOriginal, type PlacedBox, type ShownPhoto } from './box_places';
import { useKeys } from './keys';
import { turned, type Place } from './photo_marks';

export interface BoxSubject {
  photo(): ShownPhoto | null;
  findings(): readonly Finding[]; // whose boxes may be changed
  selected(): string | null;
  select(id: string | null): void;
  move(id: string, box: Place): void; // in pixels of the upright original
  remove(id: string): void;
  mayDraw(): boolean;
  begins?(): void; // what is needed beside the picture is to be shown
}

export const draftId = 'draft';
const share = 0.01; // of the picture's side, by a key
const restful = 600; // milliseconds without a key until a move is meant

export function useBoxEditing(subject: BoxSubject) {
  const isOn = ref(false);
  const draft = shallowRef<Place | null>(null); // drawn, and not named yet
  const pushed = shallowRef<PlacedBox | null>(null); // by keys, and not sent yet
  let timer: ReturnType<typeof setTimeout> | undefined;

  const boxes = computed<PlacedBox[]>(() => {
    const rotation = subject.photo()?.rotation ?? 0;
    const own = subject.findings().flatMap(({ id, relative }) => (relative ? [{ id, ...turned({ x: relative.x, y: relative.y, width: relative.width, height: relative.height }, rotation) }] : []));
    const placed = own.map((box) => (box.id === pushed.value?.id ? pushed.value : box));
    return draft.value ? [...placed, { id: draftId, ...draft.value }] : placed;
  });
  const selected = computed(() => (draft.value ? draftId : subject.selected()));

  function send(id: string, place: Place): void {
    const photo = subject.photo();
    if (photo) subject.move(id, toOriginal(place, photo));
  }
  function sendPushed(): void {
    clearTimeout(timer);
    const box = pushed.value;
    pushed.value = null;
    if (box) send(box.id, box);
  }
  function select(id: string | null): void {
    sendPushed();
    if (id === draftId) return;
    draft.value = null;
    subject.select(id);
  }
  function place(id: string, to: Place): void {
    if (id === draftId) draft.value = to;
    else send(id, to);
  }
  function draw(at: Place): void {
    if (!subject.mayDraw()) return;
    sendPushed();
    subject.begins?.();
    draft.value = insidePicture(at);
  }
  const drawInTheMiddle = () => draw({ x: 0.35, y: 0.35, width: 0.3, height: 0.3 });

  function push(right: number, down: number, isResizing: boolean): void {
    const box = boxes.value.find(({ id }) => id === selected.value);
    if (!box) return;
    const to = nudged(box, right * share, down * share, isResizing);
    if (isSamePlace(to, box)) return;
    if (box.id === draftId) return void (draft.value = to);
    pushed.value = { ...to, id: box.id };
    clearTimeout(timer);
    timer = setTimeout(sendPushed, restful);
  }
  function remove(): void {
    const id = selected.value;
    [draft.value, pushed.value] = [null, null];
    if (id !== null && id !== draftId) subject.remove(id);
  }
  function end(): void {
    sendPushed();
    draft.value = null;
    isOn.value = false;
  }
  function toggle(): void {
    if (isOn.value) return end();
    isOn.value = true;
    subject.begins?.();
  }
  function leave(): void {
    if (draft.value) draft.value = null;
    else if (selected.value !== null) select(null);
    else end();
  }
  // Of another picture nothing is half done.
  watch(() => subject.photo(), (now, before) => now !== before && !now && end());

  const words = () => text.boxes.keys;
  const isOnNow = () => isOn.value;
  const arrows: readonly [string, number, number][] = [['ArrowLeft', -1, 0], ['ArrowRight', 1, 0], ['ArrowUp', 0, -1], ['ArrowDown', 0, 1]];
  useKeys(() => text.boxes.title, [
    { repeats: false, keys: 'd', words: () => (isOn.value ? words().end : words().begin), run: toggle, isActive: () => isOn.value || subject.mayDraw() },
    { repeats: false, keys: 'n', words: () => words().draw, run: drawInTheMiddle, isActive: () => isOn.value && subject.mayDraw() },
    ...arrows.map(([key, right, down]) => ({ keys: key, words: () => words().move, run: (event: KeyboardEvent) => push(right, down, event.shiftKey), isActive: () => isOn.value && selected.value !== null })),
    { repeats: false, keys: 'Delete', words: () => words().remove, run: remove, isActive: isOnNow },
    { repeats: false, keys: 'Escape', words: () => words().leave, run: leave, isActive: isOnNow },
  ]);

  return { isOn, draft, boxes, selected, select, place, draw, drawInTheMiddle, remove, toggle, end, settle: sendPushed, draftBox: () => (draft.value && subject.photo() ? toOriginal(draft.value, subject.photo()!) : null), dropDraft: () => (draft.value = null) };
}
export type BoxEditing = ReturnType<typeof useBoxEditing>;
