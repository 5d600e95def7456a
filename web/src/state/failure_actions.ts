// Trying failed photos again and skipping them: one, those chosen, or all that a filter finds.
import { ref, type Ref } from 'vue';
import { api, type Failure, type FailureBulk } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { confirm } from './confirmation';
import { isAtLeast } from './roles';
import { session } from './session';
import { showToast, showUndo } from './toasts';

export type FailureAction = FailureBulk['action'];
export type FailureTarget = { failures: string[] } | { filter: NonNullable<FailureBulk['filter']> };

export interface FailureOutcome {
  changed: string[];
  refused: number;
  problem: string; // of the first that was refused
}

const most = 500; // that one request may name
const worthAsking = 20;

// As the server has it: reviewers and up with every photo, technicians with those they uploaded.
export function mayDecide(failure: Pick<Failure, 'photo'>): boolean {
  const isOwn = failure.photo.uploaded_by !== null && failure.photo.uploaded_by === session.user.value?.id;
  return isAtLeast('reviewer') || (isAtLeast('technician') && isOwn);
}

type Call = (body: FailureBulk) => Promise<{ failures: string[]; refused: { problem: string }[]; next: string | null }>;
const send: Call = (body) => dataOf(api.POST('/api/v1/failures/bulk', { body }));

// One request after the other: what is named in pieces, what a filter finds page by page.
export async function changeFailures(action: FailureAction, target: FailureTarget, call: Call = send): Promise<FailureOutcome> {
  const outcome: FailureOutcome = { changed: [], refused: 0, problem: '' };
  const take = ({ failures, refused }: Awaited<ReturnType<Call>>) => {
    outcome.changed.push(...failures);
    outcome.refused += refused.length;
    outcome.problem ||= refused[0]?.problem ?? '';
  };
  if ('failures' in target) {
    for (let from = 0; from < target.failures.length; from += most) take(await call({ action, failures: target.failures.slice(from, from + most) }));
    return outcome;
  }
  let cursor: string | null = null;
  do {
    const answer: Awaited<ReturnType<Call>> = await call({ action, filter: target.filter, ...(cursor !== null && { cursor }) });
    take(answer);
    cursor = answer.next;
  } while (cursor !== null);
  return outcome;
}

export interface FailureActions {
  isBusy: Readonly<Ref<boolean>>;
  // `count` is how many it is about, for the question that comes before many; false when nothing was done.
  act(action: FailureAction, target: FailureTarget, count: number): Promise<boolean>;
}

export function useFailureActions(changed: () => void): FailureActions {
  const isBusy = ref(false);

  function isWanted(action: FailureAction, count: number): Promise<boolean> {
    if (count < worthAsking || action === 'reopen') return Promise.resolve(true);
    const words = text.failures;
    if (action === 'retry') return confirm({ title: words.confirmRetry(count), words: words.confirmRetryWords, action: words.retry });
    return confirm({ title: words.confirmSkip(count), words: words.confirmSkipWords, action: words.skip });
  }
  function tell(action: FailureAction, { changed: ids, refused, problem }: FailureOutcome): void {
    if (refused) showToast({ words: text.failures.refused(refused, problem), kind: 'failed', seconds: 12 });
    if (!ids.length) return;
    if (action === 'retry') showToast({ words: text.failures.retried(ids.length), kind: 'done' });
    else if (action === 'reopen') showToast({ words: text.failures.reopened(ids.length), kind: 'done' });
    else showUndo(text.failures.skipped(ids.length), text.common.undo, async () => void (await run('reopen', { failures: ids })));
  }
  async function run(action: FailureAction, target: FailureTarget): Promise<boolean> {
    isBusy.value = true;
    try {
      const outcome = await changeFailures(action, target);
      tell(action, outcome);
      return outcome.changed.length > 0;
    } catch (cause) {
      showToast({ words: wordsOf(cause), kind: 'failed' });
      return false;
    } finally {
      isBusy.value = false;
      changed();
    }
  }
  return {
    isBusy,
    act: async (action, target, count) => !isBusy.value && (await isWanted(action, count)) && run(action, target),
  };
}
