// The findings of the photo page: which boxes lie over the picture, its heat-map, and the keys, which are those of the
// review where both have them.
import { computed } from 'vue';
import type { Finding, FindingKind, PhotoDetail } from '../api/client';
import { text } from '../strings';
import { useBoxEditing } from './box_editing';
import { heatMapOf, isStanding, mayBeRight, mayDecideOn, type FindingFields } from './finding_facts';
import { findingSource } from './finding_source';
import { classOf, findingKinds, wordsOfFinding } from './finding_words';
import { useKeys } from './keys';
import { useLive } from './live';
import { usePhotoFindings } from './photo_findings';
import { marksOf, marksOfFindings, withoutFound } from './photo_marks';
import { isHeatMapShown, isInformed } from './photo_view';
import { showToast } from './toasts';

export function usePhotoReview(photo: () => PhotoDetail | null) {
  const found = usePhotoFindings(() => photo()?.id ?? null, findingSource);
  const { findings, selected, mayUndo } = found;
  useLive(found.refresh, { concerns: ({ type, photo_id: of }) => type === 'finding' && of === photo()?.id, pollEvery: 15_000 });

  // What was rejected has a box only while it is looked at.
  const marks = computed(() => {
    const shown = photo();
    if (!shown) return [];
    const isShown = findings.value.filter((one) => (one.id === selected.value?.id ? !editing.isOn.value : isStanding(one)));
    const named = isShown.map((finding) => ({ finding, kind: finding.id === selected.value?.id ? ('finding' as const) : ('other' as const), words: wordsOfFinding(finding) }));
    const own = marksOfFindings(named, shown.rotation);
    return [...withoutFound(marksOf(shown.analysis, shown), own), ...own];
  });
  const heatMap = computed(() => heatMapOf(selected.value) ?? findings.value.map(heatMapOf).find((url) => url !== null) ?? null);
  const kinds = computed(() => findingKinds.filter((kind) => photo() !== null && mayDecideOn(photo()!, kind)));
  const classes = computed(() => [...new Set(findings.value.map(classOf).filter((name) => name !== ''))]);

  const toggleHeatMap = () => (isHeatMapShown.value = isHeatMapShown.value === 'yes' ? 'no' : 'yes');
  async function undo(): Promise<void> {
    if (await found.undo()) showToast({ words: text.review.undone, kind: 'done' });
  }

  // Nobody decides on what they do not see: the list is beside the picture.
  const isListed = () => isInformed.value === 'yes' && photo() !== null && findings.value.length > 0;
  const mayDecide = () => isListed() && selected.value !== null && mayDecideOn(photo()!, selected.value.kind) && !found.isBusy.value;
  const words = () => text.review.keyWords;
  useKeys(() => text.findings.keys, [
    { repeats: false, keys: 'Enter', words: () => words().confirm, run: () => void found.decide({ action: 'confirm' }), isActive: () => mayDecide() && mayBeRight(selected.value!) },
    { repeats: false, keys: 'x', words: () => words().reject, run: () => void found.decide({ action: 'reject' }), isActive: mayDecide },
    { repeats: false, keys: 'z', words: () => words().undo, run: () => void undo(), isActive: () => mayUndo.value },
    { keys: 'j', words: () => text.findings.nextOne, run: () => found.step(1), isActive: isListed },
    { keys: 'k', words: () => text.findings.previousOne, run: () => found.step(-1), isActive: isListed },
    { keys: 'h', words: () => words().heatMap, run: toggleHeatMap, isActive: () => heatMap.value !== null },
  ]);

  const mayChangeBox = (finding: Finding) => isStanding(finding) && mayDecideOn(photo()!, finding.kind);
  const editing = useBoxEditing({
    photo,
    findings: () => (photo() ? findings.value.filter(mayChangeBox) : []),
    selected: () => found.selectedId.value,
    select: found.select,
    move: (id, box) => void found.change(id, { box }),
    remove: (id) => void found.remove(id),
    mayDraw: () => kinds.value.length > 0,
    begins: () => (isInformed.value = 'yes'),
  });
  async function save(kind: FindingKind, fields: FindingFields): Promise<void> {
    const box = editing.draftBox();
    if (box && (await found.draw({ kind, box, ...fields }))) editing.dropDraft();
  }

  return { found, marks, heatMap, classes, kinds, editing, toggleHeatMap, undo, save };
}
export type PhotoReview = ReturnType<typeof usePhotoReview>;
