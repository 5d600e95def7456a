import { beforeEach, expect, test, vi } from 'vitest';
import { api, type Source, type SourceRun } from '../api/client';
import { useLedgerActions } from './ledger_actions';
import { useSourceActions } from './source_actions';
import { dismissToast, toasts } from './toasts';

vi.mock('../api/client', () => ({ api: { POST: vi.fn(), PATCH: vi.fn() } }));
const [post, patch] = [api.POST, api.PATCH].map((one) => vi.mocked(one) as unknown as ReturnType<typeof vi.fn>) as [ReturnType<typeof vi.fn>, ReturnType<typeof vi.fn>];
const answer = (data: unknown, status = 200) => Promise.resolve({ data, response: new Response(null, { status }) });
const refusal = (message: string) => Promise.resolve({ error: { error: { message } }, response: new Response(null, { status: 409 }) });
const changed = vi.fn(() => Promise.resolve());
const last = () => toasts.value[toasts.value.length - 1]!;
const source = { id: 's', name: 'Meadow', is_active: true, run: null } as Source;

beforeEach(() => {
  vi.clearAllMocks();
  toasts.value.forEach(({ id }) => dismissToast(id));
});

test('more files than one request takes are sent in portions, and counted together', async () => {
  post.mockImplementation((_, { body }) => answer({ replayed: body.ids.length }));
  const fetchNow = vi.fn();
  await useLedgerActions('s', changed, fetchNow).replay(Array.from({ length: 1201 }, (_, i) => String(i)));
  expect(post.mock.calls.map(([, { body }]) => body.ids.length)).toEqual([500, 500, 201]);
  expect(last().words).toBe('1,201 files are fetched with the next run.');
  void last().action!.run();
  expect(fetchNow).toHaveBeenCalledOnce();
  expect(changed).toHaveBeenCalledOnce();
});

test('what is left out can be taken back, and all that failed are tried again without naming them', async () => {
  post.mockImplementation((path) => answer(String(path).endsWith('skip') ? { skipped: 2 } : { replayed: 2 }));
  const actions = useLedgerActions('s', changed, () => undefined);
  await actions.skip(['a', 'b']);
  expect(last().words).toBe('2 files left out.');
  await last().action!.run();
  expect(post.mock.calls[1]).toEqual(['/api/v1/image-pull-sources/{id}/files/replay', { params: { path: { id: 's' } }, body: { ids: ['a', 'b'] } }]);
  await actions.replayFailed();
  expect(post.mock.calls[2]![1].body).toEqual({ state: 'failed' });
});

test('nothing left to try again is said, and a refusal too', async () => {
  post.mockImplementation(() => answer({ replayed: 0 }));
  const actions = useLedgerActions('s', changed, () => undefined);
  await actions.replay(['a']);
  expect(last()).toMatchObject({ kind: 'plain', words: 'Nothing is left to be tried again.' });
  post.mockImplementation(() => refusal('not now'));
  await actions.replay(['a']);
  expect(last()).toMatchObject({ kind: 'failed', words: 'not now' });
  expect(actions.isBusy.value).toBe(false);
});

test('a run tells what it did, or that it goes on', async () => {
  const run = { state: 'ended', outcome: 'done', pulled: 2, skipped: 0, failed: 1, error: '' } as SourceRun;
  post.mockImplementation(() => answer(run));
  const actions = useSourceActions(changed);
  await actions.run(source);
  expect(post.mock.calls[0]![1].params.query).toEqual({});
  expect(last()).toMatchObject({ kind: 'done', words: '2 files fetched, 1 failed.' });
  post.mockImplementation(() => answer({ ...run, state: 'running', outcome: '' }, 202));
  await actions.run(source, 50);
  expect(post.mock.calls[1]![1].params.query).toEqual({ max_files: 50 });
  expect(last().words).toMatch(/^It goes on/);
  post.mockImplementation(() => answer({ ...run, outcome: 'failed', pulled: 0, failed: 0, error: 'The password is wrong.' }));
  await actions.run(source);
  expect(last()).toMatchObject({ kind: 'failed', words: 'Nothing could be fetched. The password is wrong.' });
  expect(actions.busy.value).toBe('');
});

test('a source is switched, and back by taking that back; without a run there is none to stop', async () => {
  patch.mockImplementation(() => answer(source));
  const actions = useSourceActions(changed);
  await actions.toggle(source);
  await last().action!.run();
  expect(patch.mock.calls.map(([, { params }]) => params.query.is_active)).toEqual([false, true]);
  await actions.stop(source);
  expect(post).not.toHaveBeenCalled();
});
