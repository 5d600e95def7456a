// Boxes on the picture of a review queue. That of the finding in question may be moved, which counts with the word on it;
// what is drawn beside it is a finding of its own and kept at once.
import { computed, ref, shallowRef, watch } from 'vue';
import type { FindingInput, FindingKind, ReviewItem, Finding } from '../api/client';
import { wordsOf } from '../api/problem';
import { text } from '../strings';
import { useBoxEditing } from './box_editing';
import { isStanding, mayDecideOn, type FindingFields } from './finding_facts';
import { findingSource } from './finding_source';
import { wordsOfFinding } from './finding_words';
import { marksOfFindings, type Place } from './photo_marks';
import type { Verdict } from './review_queue';
import { showToast, showUndo } from './toasts';

export function useReviewBoxes(kind: FindingKind, current: () => ReviewItem | null, reject: () => void) {
  const chosen = ref(false); // the box of the finding in question
  const moved = shallowRef<{ box: Place; relative: Place } | null>(null); // and not said yet
  const drawn = shallowRef<readonly Finding[]>([]); // here, on this picture
  const isBusy = ref(false);

  const photo = () => current()?.photo ?? null;
  const finding = computed<Finding | null>(() => {
    const own = current()?.finding ?? null;
    return own && moved.value ? { ...own, ...moved.value } : own;
  });
  function move(_: string, box: Place): void {
    const shown = photo();
    if (!shown) return;
    const [across, down] = shown.rotation % 180 === 0 ? [shown.width, shown.height] : [shown.height, shown.width];
    if (!moved.value) showToast({ words: text.boxes.moved, kind: 'plain' });
    moved.value = { box, relative: { x: box.x / across, y: box.y / down, width: box.width / across, height: box.height / down } };
  }
  const editing = useBoxEditing({
    photo,
    findings: () => (finding.value?.relative ? [finding.value] : []),
    selected: () => (chosen.value ? (finding.value?.id ?? null) : null),
    select: (id) => (chosen.value = id !== null),
    move,
    remove: reject,
    mayDraw: () => photo() !== null && mayDecideOn(photo()!, kind),
    begins: () => (chosen.value = true),
  });
  watch(
    () => current()?.finding.id,
    () => {
      [chosen.value, moved.value, drawn.value] = [false, null, []];
      editing.dropDraft();
    },
  );

  const marks = computed(() => {
    const item = current();
    if (!item || !finding.value) return [];
    const others = [...item.others.filter(isStanding), ...drawn.value].map((one) => ({ finding: one, kind: 'other' as const, words: wordsOfFinding(one) }));
    const own = editing.isOn.value ? [] : [{ finding: finding.value, kind: 'finding' as const, words: wordsOfFinding(finding.value) }];
    return marksOfFindings([...others, ...own], item.photo.rotation);
  });

  async function takeBack(one: Finding): Promise<void> {
    try {
      const decision = await findingSource.lastDecisionOn(one.id);
      if (decision !== null) await findingSource.undo(decision);
      drawn.value = drawn.value.filter(({ id }) => id !== one.id);
    } catch (cause) {
      findingSource.failed(wordsOf(cause));
    }
  }
  async function save(_: FindingKind, fields: FindingFields): Promise<void> {
    const [item, box] = [current(), editing.draftBox()];
    if (!item || !box) return;
    isBusy.value = true;
    try {
      const input: FindingInput = { kind, box, client_id: crypto.randomUUID(), ...fields };
      const one = await findingSource.draw(item.photo.id, input);
      if (current() === item) drawn.value = [...drawn.value, one];
      editing.dropDraft();
      showUndo(text.boxes.drawn, text.common.undo, () => takeBack(one));
    } catch (cause) {
      findingSource.failed(wordsOf(cause));
    } finally {
      isBusy.value = false;
    }
  }

  // A box that was moved is part of what is said; "right" is then a correction.
  function withBox(verdict: Verdict): Verdict {
    editing.settle();
    if (!moved.value || !['confirm', 'correct'].includes(verdict.action)) return verdict;
    return { ...verdict, action: 'correct', box: moved.value.box };
  }
  return { editing, marks, isBusy, save, withBox };
}
