import { describe, expect, it, vi } from 'vitest';
import { nextTick, ref } from 'vue';
import type { Decision, Finding, FindingChange, FindingInput } from '../api/client';
import { Problem } from '../api/problem';
import type { FindingSource } from './finding_source';
import { usePhotoFindings } from './photo_findings';

const made = (id: string, state = 'open', fields = {}): Finding => ({ id, kind: 'damage', class: 'crack', review_state: state, revision: 1, by_person: false, ...fields }) as unknown as Finding;
const settled = () => new Promise((resolve) => setTimeout(resolve));

function fake(found: Finding[]) {
  const source = {
    list: vi.fn(async () => found),
    decide: vi.fn(async ({ finding_id: id, action }: Decision) => ({ finding: made(id, action === 'reject' ? 'rejected' : 'confirmed', { revision: 2 }), decision: `d-${id}` })),
    undo: vi.fn(async (decision: string): Promise<Finding | null> => made(decision.slice(2), 'open', { revision: 3 })),
    draw: vi.fn(async (_photo: string, input: FindingInput) => made('new', 'confirmed', { by_person: true, class: input.class })),
    change: vi.fn(async (id: string, change: FindingChange) => made(id, 'corrected', { revision: 2, class: change.class ?? 'crack' })),
    remove: vi.fn(async () => undefined),
    lastDecisionOn: vi.fn(async (id: string): Promise<string | null> => `d-${id}`),
    failed: vi.fn(),
  } satisfies FindingSource;
  const photo = ref<string | null>('p1');
  const found_ = usePhotoFindings(() => photo.value, source, () => 0);
  return { source, photo, ...found_ };
}

describe('the findings of a photo', () => {
  it('begin with the first that nobody decided on', async () => {
    const { selectedId, findings } = fake([made('a', 'rejected'), made('b'), made('c')]);
    await settled();
    expect(findings.value).toHaveLength(3);
    expect(selectedId.value).toBe('b');
  });

  it('go on to the next open one when one is decided, and round to those before', async () => {
    const { selectedId, decide, findings, source } = fake([made('a'), made('b'), made('c', 'confirmed')]);
    await settled();
    await decide({ action: 'confirm' });
    expect(source.decide.mock.calls[0]![0]).toMatchObject({ finding_id: 'a', action: 'confirm', revision: 1 });
    expect(selectedId.value).toBe('b');
    await decide({ action: 'reject' });
    expect(findings.value.map((one) => one.review_state)).toEqual(['confirmed', 'rejected', 'confirmed']);
    expect(selectedId.value, 'none is open: it stays').toBe('b');
  });

  it('send one word after the other, each on what stands by then', async () => {
    const { select, decide, source } = fake([made('a'), made('b')]);
    await settled();
    const first = decide({ action: 'confirm' });
    select('a');
    await Promise.all([first, decide({ action: 'reject' })]);
    expect(source.decide.mock.calls.map(([one]) => one.revision)).toEqual([1, 2]);
  });

  it('take back the last word, and then the one before', async () => {
    const { decide, undo, findings, mayUndo, source } = fake([made('a'), made('b')]);
    await settled();
    await decide({ action: 'confirm' });
    await decide({ action: 'confirm' });
    await undo();
    expect(source.undo).toHaveBeenLastCalledWith('d-b');
    await undo();
    expect(source.undo).toHaveBeenLastCalledWith('d-a');
    expect(findings.value.every((one) => one.review_state === 'open')).toBe(true);
    expect(mayUndo.value).toBe(false);
    expect(await undo()).toBe(false);
  });

  it('gain what is drawn, and lose it when that is taken back', async () => {
    const { draw, undo, findings, selectedId, source } = fake([]);
    await settled();
    await draw({ kind: 'damage', class: 'dent', box: { x: 1, y: 2, width: 3, height: 4 } });
    expect(selectedId.value).toBe('new');
    source.undo.mockResolvedValueOnce(null);
    await undo();
    expect(findings.value).toEqual([]);
    expect(selectedId.value).toBeNull();
  });

  it('move, and are where they were when that is taken back', async () => {
    const { change, undo, findings, source } = fake([made('a')]);
    await settled();
    await change('a', { box: { x: 1, y: 2, width: 3, height: 4 } });
    expect(source.change.mock.calls[0]).toMatchObject(['a', { revision: 1, box: { x: 1 } }]);
    expect(findings.value[0]!.review_state).toBe('corrected');
    await undo();
    expect(findings.value[0]!.review_state).toBe('open');
  });

  it('lose what a person drew when it is removed', async () => {
    const { remove, findings, source } = fake([made('a', 'confirmed', { by_person: true, revision: 7 })]);
    await settled();
    await remove('a');
    expect(source.remove).toHaveBeenCalledWith('a', 7);
    expect(findings.value).toEqual([]);
  });

  it('tell what was refused, and look again', async () => {
    const { decide, findings, mayUndo, source } = fake([made('a')]);
    await settled();
    source.decide.mockRejectedValueOnce(new Problem(409, 'somebody was quicker'));
    source.list.mockResolvedValueOnce([made('a', 'rejected', { revision: 2 })]);
    expect(await decide({ action: 'confirm' })).toBe(false);
    expect(source.failed).toHaveBeenCalledWith('somebody was quicker');
    expect(findings.value[0]!.review_state).toBe('rejected');
    expect(mayUndo.value).toBe(false);
  });

  it('are those of the photo that is shown now, however late an answer comes', async () => {
    const { photo, findings, source } = fake([made('a')]);
    let answer: (found: Finding[]) => void = () => undefined;
    source.list.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    photo.value = 'p2';
    await nextTick();
    photo.value = 'p3';
    await settled();
    answer([made('late')]);
    await settled();
    expect(findings.value.map(({ id }) => id)).toEqual(['a']);
  });

  it('are stepped through without leaving the list', async () => {
    const { step, selectedId } = fake([made('a'), made('b')]);
    await settled();
    step(-1);
    expect(selectedId.value).toBe('a');
    step(1);
    step(1);
    expect(selectedId.value).toBe('b');
  });
});
