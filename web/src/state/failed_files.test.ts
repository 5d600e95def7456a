import { describe, expect, it } from 'vitest';
import type { FailedFile, FailedFileBulk, FailedFileCause } from '../api/client';
import { causeOf, changeFiles, entryOf, groupOf, targetsOf } from './failed_files';
import { useFailureChoice } from './failure_choice';

const cause = (source_id: string, reason: string, files: number) => ({ source_id, reason, files }) as FailedFileCause;
const file = (source_id: string, reason: string, id: string) => ({ source_id, file: { id, reason } }) as FailedFile;

describe('files that could not be fetched', () => {
  it('are chosen by their causes and one by one', () => {
    const choice = useFailureChoice();
    choice.toggle(entryOf(file('north', 'gone', 'a')));
    choice.toggleGroup(groupOf(cause('south', 'timeout', 40)));
    expect(choice.count.value).toBe(41);
    expect(choice.has(entryOf(file('south', 'timeout', 'z')))).toBe(true);
    expect(choice.has(entryOf(file('north', 'timeout', 'z')))).toBe(false);
    expect(targetsOf(choice)).toEqual([{ filter: { source: 'south', reason: 'timeout' } }, { ids: ['a'] }]);
    choice.keep([groupOf(cause('north', 'gone', 1))]);
    expect(targetsOf(choice)).toEqual([{ ids: ['a'] }]);
  });
  it('keep source and reason apart', () => {
    expect(causeOf(groupOf(cause('north', 'server_error', 2)).group)).toEqual({ source: 'north', reason: 'server_error' });
    expect(causeOf(groupOf(cause('north', '', 2)).group)).toEqual({ source: 'north', reason: '' });
  });
  it('are named 500 in a request', async () => {
    const asked: FailedFileBulk[] = [];
    const call = async (body: FailedFileBulk) => {
      asked.push(body);
      return { changed: body.ids?.length ?? 7 };
    };
    expect(await changeFiles('skip', { ids: Array.from({ length: 1001 }, (_, at) => String(at)) }, call)).toBe(1001);
    expect(asked.map(({ ids }) => ids?.length)).toEqual([500, 500, 1]);
    expect(await changeFiles('retry', { filter: { source: 's', reason: 'gone' } }, call)).toBe(7);
    expect(asked.at(-1)).toEqual({ action: 'retry', filter: { source: 's', reason: 'gone' } });
  });
});
