import { describe, expect, it } from 'vitest';
import type { Failure, FailureGroup, Notice } from '../api/client';
import { changeFailures } from './failure_actions';
import { useFailureChoice } from './failure_choice';
import { filtersOf, queryOf, requestOf } from './failure_filters';
import { stepIn } from './failure_keys';
import { addressOfNotice, adviceOf, reasonOf, wordsOfNotice } from './failure_words';

const failure = (id: string, group: string) => ({ id, group }) as Failure;
const group = (name: string, failures: number) => ({ group: name, failures }) as FailureGroup;

describe('the filters of the inbox', () => {
  it('come from the address line and go back to it', () => {
    expect(queryOf(filtersOf({ state: 'resolved', code: 'timeout', job: '17' }))).toEqual({ state: 'resolved', code: 'timeout', job: '17' });
    expect(queryOf(filtersOf({ state: 'open' }))).toEqual({});
    expect(requestOf(filtersOf({ job: '17' }))).toEqual({ state: 'open', job: 17 });
  });
  it('leave out what means nothing', () => {
    expect(requestOf(filtersOf({ state: 'lost', job: '-1', code: ['a', 'b'] }))).toEqual({ state: 'open' });
    expect(requestOf(filtersOf({ job: '12345678901234567890' }))).toEqual({ state: 'open' });
  });
});

describe('the choice', () => {
  it('counts groups with all their photos, and photos by themselves', () => {
    const choice = useFailureChoice();
    choice.toggle(failure('a', 'x'));
    choice.toggle(failure('b', 'y'));
    expect(choice.count.value).toBe(2);
    choice.toggleGroup(group('x', 12)); // takes its photos along
    expect(choice.count.value).toBe(13);
    expect(choice.has(failure('other', 'x'))).toBe(true);
    choice.toggle(failure('c', 'x')); // of a chosen group: that one alone from then on
    expect(choice.hasGroup(group('x', 12))).toBe(false);
    expect(choice.failures.value).toEqual(['b', 'c']);
  });
  it('forgets what is no longer there', () => {
    const choice = useFailureChoice();
    choice.toggle(failure('a', 'x'));
    choice.toggleGroup(group('y', 3));
    choice.keep([group('y', 2)]);
    expect(choice.count.value).toBe(2);
    choice.keep([]);
    expect(choice.count.value).toBe(0);
  });
});

describe('changing many', () => {
  it('names at most 500 a request', async () => {
    const sizes: number[] = [];
    const failures = Array.from({ length: 1100 }, (_, i) => String(i));
    const outcome = await changeFailures('skip', { failures }, async (body) => {
      sizes.push(body.failures!.length);
      return { failures: body.failures!.slice(1), refused: [{ problem: 'gone' }], next: null };
    });
    expect(sizes).toEqual([500, 500, 100]);
    expect(outcome.changed.length).toBe(1097);
    expect(outcome).toMatchObject({ refused: 3, problem: 'gone' });
  });
  it('goes on behind each page of a filter', async () => {
    const cursors: (string | null | undefined)[] = [];
    const outcome = await changeFailures('retry', { filter: { state: 'open' } }, async ({ cursor }) => {
      cursors.push(cursor);
      return { failures: ['x'], refused: [], next: cursors.length < 3 ? `page ${cursors.length}` : null };
    });
    expect(cursors).toEqual([undefined, 'page 1', 'page 2']);
    expect(outcome.changed.length).toBe(3);
  });
});

describe('words', () => {
  it('there are for every code, known or not', () => {
    expect(reasonOf('worker_killed')).toContain('twice');
    expect(reasonOf('something_new')).toContain('something_new');
    expect(adviceOf('something_new')).not.toBe('');
  });
  const notice = (photos: number, job_id: number | null): Notice =>
    ({ kind: 'photo_failed', parameters: { photos, code: null, job_id }, photo_id: 'p' }) as Notice;
  it('of a notice lead to the photo, or to those of the job', () => {
    expect(addressOfNotice(notice(1, 7))).toBe('/photo/p');
    expect(addressOfNotice(notice(2, 7))).toEqual({ path: '/failures', query: { job: 7 } });
    expect(addressOfNotice(notice(2, null))).toEqual({ path: '/failures', query: {} });
    expect(wordsOfNotice(notice(2, 7))).toContain('2 photos');
    expect(wordsOfNotice({ ...notice(1, 7), kind: 'something_new' })).not.toBe('');
  });
  it('of a notice about a source name it and lead to its page', () => {
    const about = (kind: string, source_id: string | null, source: string | null) => ({ kind, parameters: { photos: 1, code: null, job_id: null, source_id, source }, photo_id: 'p' }) as Notice;
    expect(addressOfNotice(about('source_failing', 's', 'North'))).toBe('/sources/s');
    expect(addressOfNotice(about('source_gave_up', 's', 'North'))).toEqual({ path: '/sources/s', query: { given_up: 'true' } });
    expect(addressOfNotice(about('source_quiet', null, null))).toBe('/sources');
    for (const kind of ['source_failing', 'source_quiet', 'source_gave_up']) {
      expect(wordsOfNotice(about(kind, 's', 'North'))).toContain('“North”');
      expect(wordsOfNotice(about(kind, null, null))).not.toContain('null');
    }
  });
});

describe('the keys', () => {
  it('step through what is there and stop at its ends', () => {
    expect(stepIn(['a', 'b'], null, 1)).toBe('a');
    expect(stepIn(['a', 'b'], null, -1)).toBe('b');
    expect(stepIn(['a', 'b'], 'a', 1)).toBe('b');
    expect(stepIn(['a', 'b'], 'b', 1)).toBe('b');
    expect(stepIn(['a', 'b'], 'gone', 1)).toBe('a');
    expect(stepIn([], null, 1)).toBeUndefined();
  });
});
