import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useBulkChanges } from './bulk_changes';

const post = vi.hoisted(() => vi.fn());
vi.mock('../api/client', () => ({ api: { POST: post } }));
const ok = (data: object) => Promise.resolve({ data, response: { ok: true, status: 200 } });
const bodies = () => post.mock.calls.map(([, options]) => options.body);

beforeEach(() => {
  post.mockReset().mockImplementation((_path, { body }) => ok({ changed: body.photos?.length ?? 0, photos: body.photos ?? [], refused: [], next: null }));
});

describe('changes of many photos', () => {
  it('are sent some at a time, with progress', async () => {
    const bulk = useBulkChanges();
    const ids = Array.from({ length: 600 }, (_, i) => String(i));
    const running = bulk.run({ photos: ids }, { add_tags: ['x'] });
    expect(bulk.total.value).toBe(600);
    const outcome = await running;
    expect(bodies().map((body) => body.photos.length)).toEqual([250, 250, 100]);
    expect(bodies()[2]).toMatchObject({ add_tags: ['x'] });
    expect(outcome.changed).toEqual(ids);
    expect(bulk.total.value).toBe(0);
  });

  it('follow a filter from cursor to cursor, without those left out, and name what was changed', async () => {
    post
      .mockReturnValueOnce(ok({ changed: 1, photos: ['a'], refused: [], next: 'c1' }))
      .mockReturnValueOnce(ok({ changed: 1, photos: ['b'], refused: [{ id: 'z', problem: 'no' }], next: null }));
    const outcome = await useBulkChanges().run({ filter: { tag: 'pump' }, except: ['q'], total: 900 }, { trash: true });
    expect(bodies()).toEqual([
      { filter: { tag: 'pump' }, except: ['q'], cursor: null, trash: true },
      { filter: { tag: 'pump' }, except: ['q'], cursor: 'c1', trash: true },
    ]);
    expect(outcome).toEqual({ changed: ['a', 'b'], refused: [{ id: 'z', problem: 'no' }], isStopped: false });
  });

  it('can be stopped between two requests', async () => {
    const bulk = useBulkChanges();
    post.mockImplementation((_path, { body }) => {
      bulk.stop();
      return ok({ changed: 1, photos: body.photos.slice(0, 1), refused: [], next: null });
    });
    const outcome = await bulk.run({ photos: Array.from({ length: 600 }, (_, i) => String(i)) }, { reprocess: true });
    expect(bodies()).toHaveLength(1);
    expect(outcome.isStopped).toBe(true);
  });

  it('end with the error of a request, and are no longer under way', async () => {
    const bulk = useBulkChanges();
    post.mockReturnValue(Promise.resolve({ error: { error: { message: 'busy' } }, response: { ok: false, status: 503 } }));
    await expect(bulk.run({ photos: ['a'] }, { trash: true })).rejects.toThrow('busy');
    expect(bulk.total.value).toBe(0);
  });
});
