import { ref } from 'vue';
import { expect, test } from 'vitest';
import type { Source, SourceFile, SourceRun } from '../api/client';
import { mayReplay, maySkip, useFileMarks } from './file_marks';
import { filtersOf } from './source_files';
import { adviceOf, chipsOf, decoded, healthOf, outcomeWords, phaseOf, progressOf, whyOf } from './source_words';

const run = (given: Partial<SourceRun> = {}): SourceRun =>
  ({ id: 'r', state: 'running', phase: 'pulling', max_files: null, pulled: 0, skipped: 0, failed: 0, outcome: '', error: '', ...given }) as SourceRun;
const counts = { seen: 90, fetched: 0, stored: 5, skipped: 0, failed: 0, given_up: 0 };
const source = (given: Partial<Source>): Source => ({ health: 'ok', run: null, last_error: '', settings: { quiet_days: 3 }, ...given }) as Source;

test('a run that is under way goes before how the source stands otherwise', () => {
  expect(healthOf(source({ health: 'failing', run: run() }))).toBe('running');
  expect(healthOf(source({ health: 'quiet' }))).toBe('quiet');
});

test('what to do is said when something is to be done', () => {
  expect(adviceOf(source({}))).toBe('');
  expect(adviceOf(source({ health: 'off' }))).toBe('');
  expect(adviceOf(source({ health: 'quiet' }))).toMatch(/^No new file for 3 days\./);
  expect(adviceOf(source({ health: 'new' }))).toMatch(/Run now/);
  expect(adviceOf(source({ health: 'new', run: run() }))).toBe('');
});

test('how far a run is: of what is left, or of what it was asked for', () => {
  expect(progressOf(run({ phase: 'listing' }), counts)).toEqual({ done: 0, of: 0 });
  expect(progressOf(run({ pulled: 8, skipped: 1, failed: 1 }), counts)).toEqual({ done: 10, of: 100 });
  expect(progressOf(run({ pulled: 4, max_files: 10 }), counts)).toEqual({ done: 4, of: 10 });
  expect(progressOf(run({ pulled: 3, max_files: 10 }), { ...counts, seen: 2 })).toEqual({ done: 3, of: 5 });
});

test('what a run did, in words', () => {
  expect(outcomeWords(run({ outcome: 'done' }))).toBe('There was nothing new.');
  expect(outcomeWords(run({ outcome: 'done', pulled: 1, failed: 1200 }))).toBe('1 file fetched, 1,200 failed.');
  expect(outcomeWords(run({ outcome: 'failed', error: 'The password is wrong.' }))).toBe('Nothing could be fetched. The password is wrong.');
  expect(outcomeWords(run({ outcome: 'failed', pulled: 3, error: 'The server went away.' }))).toBe('3 files fetched. It ended before its time. The server went away.');
  expect(phaseOf(run({ state: 'queued', phase: '' }))).toBe('Waits for its turn …');
});

test('why a file is where it is: the reason, and what was said about it', () => {
  expect(whyOf({ reason: '', message: '' })).toBe('');
  expect(whyOf({ reason: 'timeout', message: 'no byte for 20 s' })).toBe('Took too long: no byte for 20 s');
  expect(whyOf({ reason: 'of a later version' as SourceFile['reason'], message: '' })).toBe('For another reason');
  expect(decoded('a%20b/%FF.jpg')).toBe('a%20b/%FF.jpg');
  expect(decoded('a%20b/c.jpg')).toBe('a b/c.jpg');
});

test('filters that are set can be taken away one by one', () => {
  expect(chipsOf(filtersOf({ state: 'failed', q: 'IMG', reason: 'gone' }))).toEqual([
    { name: 'q', words: 'name: IMG' },
    { name: 'reason', words: 'reason: Was gone when it was to be fetched' },
  ]);
});

test('files are marked among those that are shown, and offered what fits them', () => {
  const file = (id: string, state: SourceFile['state']) => ({ id, state }) as SourceFile;
  const rows = ref([file('a', 'failed'), file('b', 'stored'), file('c', 'seen')]);
  const marks = useFileMarks(rows);
  marks.set(['a', 'c'], true);
  rows.value = rows.value.slice(0, 2);
  expect(marks.files.value.map(({ id }) => id)).toEqual(['a']);
  marks.set(['a'], false);
  expect(marks.has('a')).toBe(false);
  expect((['seen', 'fetched', 'stored', 'skipped', 'failed'] as const).map((state) => [mayReplay({ state }), maySkip({ state })])).toEqual([
    [false, true], [false, false], [false, false], [true, false], [true, true],
  ]);
});
