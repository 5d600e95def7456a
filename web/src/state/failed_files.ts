// Files that sources show, that could not be fetched, and that are not tried again by themselves.
import { computed, ref, shallowRef, watch, type Ref } from 'vue';
import { api, type FailedFile, type FailedFileBulk, type FailedFileCause } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { confirm } from './confirmation';
import { useFailureChoice, type FailureChoice } from './failure_choice';
import { lookAtInbox } from './inbox_counts';
import { useLive } from './live';
import { isAtLeast } from './roles';
import { showToast, showUndo } from './toasts';

export type FileAction = FailedFileBulk['action'];
export type FileTarget = { ids: readonly string[] } | { filter: { source: string; reason: string } };
type Call = (body: FailedFileBulk) => Promise<{ changed: number }>;

const most = 500; // ids that one request may name
const worthAsking = 20;

// What the inbox calls a group: files of one source with one reason. Neither ids nor reasons have a space in them.
export const causeKey = ({ source_id, reason }: Pick<FailedFileCause, 'source_id' | 'reason'>): string => `${source_id} ${reason}`;
export const causeOf = (key: string): { source: string; reason: string } => ({ source: key.slice(0, key.indexOf(' ')), reason: key.slice(key.indexOf(' ') + 1) });
export const groupOf = (cause: FailedFileCause) => ({ group: causeKey(cause), failures: cause.files });
export const entryOf = ({ source_id, file }: FailedFile) => ({ id: file.id, group: causeKey({ source_id, reason: file.reason }) });

const send: Call = (body) => dataOf(api.POST('/api/v1/failures/files/bulk', { body }));

export async function changeFiles(action: FileAction, target: FileTarget, call: Call = send): Promise<number> {
  if ('filter' in target) return (await call({ action, filter: target.filter })).changed;
  let changed = 0;
  for (let from = 0; from < target.ids.length; from += most) changed += (await call({ action, ids: target.ids.slice(from, from + most) })).changed;
  return changed;
}

// Everything that is chosen, as requests say it.
export const targetsOf = (choice: Pick<FailureChoice, 'groups' | 'failures'>): FileTarget[] => [
  ...choice.groups.value.map((key) => ({ filter: causeOf(key) })),
  ...(choice.failures.value.length ? [{ ids: choice.failures.value }] : []),
];

export interface FailedFiles {
  causes: Readonly<Ref<readonly FailedFileCause[]>>;
  files: Readonly<Ref<number>>;
  choice: FailureChoice;
  isBusy: Readonly<Ref<boolean>>;
  // `count` is how many it is about, for the question that comes before many.
  act(action: FileAction, targets: readonly FileTarget[], count: number): Promise<void>;
}

export function useFailedFiles(): FailedFiles {
  const causes = shallowRef<readonly FailedFileCause[]>([]);
  const isBusy = ref(false);
  const choice = useFailureChoice();
  const mayRead = isAtLeast('reviewer');
  async function look(): Promise<void> {
    if (mayRead) causes.value = (await dataOf(api.GET('/api/v1/failures/files/causes'))).results;
  }
  useLive(look, { concerns: ({ type }) => mayRead && type === 'source', pollEvery: 30_000, least: 5000, looksAtOnce: true });
  watch(causes, (all) => choice.keep(all.map(groupOf)));

  function isWanted(action: FileAction, count: number): Promise<boolean> {
    if (count < worthAsking) return Promise.resolve(true);
    const words = text.sources.givenUp;
    if (action === 'retry') return confirm({ title: words.confirmRetry(count), words: words.confirmRetryWords, action: text.sources.ledger.replay });
    return confirm({ title: words.confirmSkip(count), words: words.confirmSkipWords, action: text.sources.ledger.skip });
  }
  function tell(action: FileAction, changed: number, targets: readonly FileTarget[]): void {
    const words = text.sources.ledger;
    if (action === 'retry') return void showToast({ words: words.replayed(changed), kind: changed ? 'done' : 'plain' });
    // What was left out by its cause is known by that no more.
    if (!targets.every((target) => 'ids' in target)) return void showToast({ words: words.skipped(changed), kind: 'done' });
    showUndo(words.skipped(changed), text.common.undo, () => run('retry', targets));
  }
  async function run(action: FileAction, targets: readonly FileTarget[]): Promise<void> {
    isBusy.value = true;
    try {
      let changed = 0;
      for (const target of targets) changed += await changeFiles(action, target);
      tell(action, changed, targets);
    } catch (cause) {
      showToast({ words: wordsOf(cause), kind: 'failed' });
    } finally {
      isBusy.value = false;
      await Promise.all([look(), lookAtInbox()]).catch(() => undefined);
    }
  }
  return {
    causes,
    files: computed(() => causes.value.reduce((sum, { files }) => sum + files, 0)),
    choice,
    isBusy,
    async act(action, targets, count) {
      if (!isBusy.value && targets.length && (await isWanted(action, count))) await run(action, targets);
    },
  };
}
