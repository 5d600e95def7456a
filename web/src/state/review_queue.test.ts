import { describe, expect, it, vi } from 'vitest';
import type { Decision, DecisionOutcome, Finding, ReviewItem } from '../api/client';
import { useReviewQueue, type ReviewSource } from './review_queue';

const item = (id: string): ReviewItem => ({ finding: { id, revision: 1 }, photo: { id: `p${id}` } }) as unknown as ReviewItem;
const taken = (decision: Decision): DecisionOutcome => ({ finding_id: decision.finding_id, client_id: decision.client_id ?? null, decision_id: `d-${decision.finding_id}` });

function fake(ids: string[], size = 12) {
  let clock = 0;
  const source = {
    next: vi.fn(async (after: string | null) => {
      const from = after ? Number(after) : 0;
      const page = ids.slice(from, from + size).map(item);
      return { items: page, next: from + size < ids.length ? String(from + size) : null };
    }),
    decide: vi.fn(async (decisions: Decision[]) => decisions.map(taken)),
    undo: vi.fn(async (decision: string) => ({ id: decision.slice(2), revision: 3 }) as unknown as Finding),
    prefetch: vi.fn(),
    failed: vi.fn(),
  } satisfies ReviewSource;
  const pauses: number[] = [];
  const queue = useReviewQueue(source, () => clock, async (milliseconds) => void pauses.push(milliseconds));
  return { source, queue, pauses, pass: (milliseconds: number) => (clock += milliseconds) };
}
const ids = (count: number) => Array.from({ length: count }, (_, place) => String(place));

describe('a review queue', () => {
  it('goes to the next at once and sends what was decided meanwhile', async () => {
    const { source, queue } = fake(ids(3));
    await queue.more();
    queue.decide({ action: 'confirm' });
    expect(queue.current.value?.finding.id).toBe('1');
    await queue.settled();
    expect(source.decide).toHaveBeenCalledOnce();
    expect(source.decide.mock.calls[0]![0][0]).toMatchObject({ finding_id: '0', action: 'confirm', revision: 1 });
  });

  it('fetches the next pictures before they are shown', async () => {
    const { source, queue } = fake(ids(9));
    await queue.more();
    expect(new Set(source.prefetch.mock.calls.map(([one]) => (one as ReviewItem).finding.id))).toEqual(new Set(['0', '1', '2', '3']));
  });

  it('asks for more while some are left, and knows the end', async () => {
    const { source, queue } = fake(ids(30));
    await queue.more();
    for (let count = 0; count < 30; ++count) {
      expect(queue.current.value?.finding.id).toBe(String(count));
      queue.decide({ action: 'reject' });
      await queue.more();
    }
    await queue.settled();
    expect(queue.current.value).toBeNull();
    expect(queue.isComplete.value).toBe(true);
    expect(source.next).toHaveBeenCalledTimes(3);
  });

  it('takes the last decision back, on the server too', async () => {
    const { source, queue } = fake(ids(3));
    await queue.more();
    queue.decide({ action: 'confirm' });
    expect(await queue.undo()).toBe(true);
    expect(source.undo).toHaveBeenCalledWith('d-0');
    expect(queue.current.value?.finding).toMatchObject({ id: '0', revision: 3 });
    expect(queue.decided.value).toBe(0);
    expect(await queue.undo()).toBe(false);
  });

  const refusal = (code: string, message: string): DecisionOutcome => ({ finding_id: '0', client_id: null, error: { code, message, field: null } });

  it('brings back what was refused, behind what is being looked at, and says why', async () => {
    const { source, queue } = fake(ids(3));
    source.decide.mockResolvedValueOnce([refusal('invalid_input', 'This cannot be.')]);
    await queue.more();
    queue.decide({ action: 'confirm' });
    await vi.waitFor(() => expect(source.failed).toHaveBeenCalledWith('This cannot be.'));
    expect(queue.items.value.map((one) => one.finding.id)).toEqual(['1', '0', '2']);
    expect(queue.decided.value).toBe(0);
  });

  it('drops what somebody else decided, and says so', async () => {
    const { source, queue } = fake(ids(3));
    source.decide.mockResolvedValueOnce([refusal('conflict', 'Somebody else was quicker.')]);
    await queue.more();
    queue.decide({ action: 'confirm' });
    await vi.waitFor(() => expect(source.failed).toHaveBeenCalledWith('Somebody else was quicker.'));
    expect(queue.items.value.map((one) => one.finding.id)).toEqual(['1', '2']);
  });

  it('sends again what did not get through, as the same decision', async () => {
    const { source, queue, pauses } = fake(ids(3));
    source.decide.mockRejectedValueOnce(new TypeError('no connection'));
    await queue.more();
    queue.decide({ action: 'confirm' });
    await queue.settled();
    expect(source.decide).toHaveBeenCalledTimes(2);
    expect(source.decide.mock.calls[1]![0][0]!.client_id).toBe(source.decide.mock.calls[0]![0][0]!.client_id);
    expect(pauses).toEqual([1000]);
    expect(source.failed).not.toHaveBeenCalled();
  });

  it('takes two back when it is asked twice', async () => {
    const { source, queue } = fake(ids(4));
    await queue.more();
    queue.decide({ action: 'confirm' });
    queue.decide({ action: 'reject' });
    expect(await Promise.all([queue.undo(), queue.undo()])).toEqual([true, true]);
    expect(source.undo.mock.calls.map(([id]) => id)).toEqual(['d-1', 'd-0']);
  });

  it('repeats the last decision on the one that is shown', async () => {
    const { source, queue } = fake(ids(3));
    await queue.more();
    queue.decide({ action: 'correct', class: 'fox', count: 2 });
    queue.repeat();
    await queue.settled();
    expect(source.decide.mock.calls[1]![0][0]).toMatchObject({ finding_id: '1', action: 'correct', class: 'fox', count: 2 });
  });

  it('measures how long somebody looked, without the time nobody could', async () => {
    const { source, queue, pass } = fake(ids(3));
    await queue.more();
    pass(1000);
    queue.seen(false);
    pass(60_000);
    queue.seen(true);
    pass(500);
    queue.decide({ action: 'confirm' });
    await queue.settled();
    expect(source.decide.mock.calls[0]![0][0]!.seconds).toBe(1.5);
    expect(queue.median.value).toBe(1.5);
  });

  it('tells why there is nothing when the server cannot be reached', async () => {
    const { source, queue } = fake(ids(3));
    source.next.mockRejectedValueOnce(new Error('away'));
    await queue.more();
    expect(queue.error.value).not.toBe('');
    await queue.more();
    expect(queue.current.value?.finding.id).toBe('0');
  });
});
