import { describe, expect, it } from 'vitest';
import { Problem } from '../api/problem';
import { usePagedList } from './paged_list';

// Two rows a page; cursors are the number of the first row.
function server(rows: number[]) {
  const asked: (string | null)[] = [];
  const read = (cursor: string | null) => {
    asked.push(cursor);
    const first = Number(cursor ?? 0);
    const next = first + 2 < rows.length ? String(first + 2) : null;
    return Promise.resolve({ results: rows.slice(first, first + 2), next });
  };
  return { asked, read };
}

describe('a list in pages', () => {
  it('appends pages until there are none, and then asks no more', async () => {
    const { asked, read } = server([1, 2, 3]);
    const list = usePagedList(read);
    expect(list.isComplete.value).toBe(false);
    await list.more();
    await list.more();
    await list.more();
    expect(list.rows.value).toEqual([1, 2, 3]);
    expect(list.isComplete.value).toBe(true);
    expect(asked).toEqual([null, '2']);
  });

  it('reads the last page again and finds what was added', async () => {
    const rows = [1, 2, 3];
    const { read } = server(rows);
    const list = usePagedList(read);
    await list.more();
    await list.more();
    rows.push(4);
    await list.refreshTail();
    expect(list.rows.value).toEqual([1, 2, 3, 4]);
  });

  it('starts anew without emptying the list meanwhile', async () => {
    const rows = [1, 2, 3];
    const { read } = server(rows);
    const list = usePagedList(read);
    await list.more();
    rows.unshift(0);
    const restarted = list.restart();
    expect(list.rows.value).toEqual([1, 2]);
    await restarted;
    expect(list.rows.value).toEqual([0, 1]);
  });

  it('drops an answer that a restart has overtaken', async () => {
    const answers: ((rows: number[]) => void)[] = [];
    const list = usePagedList<number>(
      () => new Promise((resolve) => answers.push((results) => resolve({ results, next: null }))),
    );
    const first = list.more();
    const second = list.restart();
    answers[1]!([2]);
    answers[0]!([1]);
    await Promise.all([first, second]);
    expect(list.rows.value).toEqual([2]);
    expect(list.isLoading.value).toBe(false);
  });

  it('shows all its pages anew, without a moment in between', async () => {
    const rows = [1, 2, 3, 4, 5];
    const { read } = server(rows);
    const list = usePagedList(read);
    await list.more();
    await list.more();
    rows.splice(1, 1); // 2 is gone, or out of sight
    const refreshed = list.refresh();
    expect(list.isLoading.value).toBe(false);
    expect(list.rows.value).toEqual([1, 2, 3, 4]);
    await refreshed;
    expect(list.rows.value).toEqual([1, 3, 4, 5]);
    rows.splice(1);
    await list.refresh();
    expect(list.rows.value).toEqual([1]);
    expect(list.isComplete.value).toBe(true);
  });

  it('reads a long list anew at its two ends, and leaves nobody out between', async () => {
    // By key, as the server has it: a page holds what follows the row that its cursor names.
    let rows = Array.from({ length: 20 }, (_, index) => ({ id: index, words: 'old' }));
    const asked: (string | null)[] = [];
    const list = usePagedList((cursor) => {
      asked.push(cursor);
      const following = rows.filter(({ id }) => cursor === null || id > Number(cursor));
      const results = following.slice(0, 2);
      return Promise.resolve({ results, next: following.length > 2 ? String(results[results.length - 1]!.id) : null });
    });
    for (let page = 0; page < 8; page += 1) await list.more();
    const shown = () => list.rows.value.map(({ id }) => id);
    const upTo = (last: number, first = 0) => Array.from({ length: last + 1 - first }, (_, index) => first + index);
    expect(shown()).toEqual(upTo(15));

    rows = [{ id: -1, words: 'new' }, ...rows.map(({ id }) => ({ id, words: 'new' }))];
    asked.length = 0;
    await list.refreshEnds();
    expect(asked).toEqual([null, '0', '9', '11', '13']);
    expect(shown()).toEqual(upTo(15, -1));
    expect(list.rows.value.filter(({ words }) => words === 'old').map(({ id }) => id)).toEqual(upTo(9, 3));

    rows = rows.filter(({ id }) => id !== 0 && id !== 14);
    asked.length = 0;
    await list.refreshEnds();
    expect(asked).toHaveLength(5);
    expect(shown()).toEqual([-1, ...upTo(13, 1), 15, 16]);
    await list.more();
    await list.more();
    expect(shown()).toEqual([-1, ...upTo(13, 1), ...upTo(19, 15)]);
    expect(list.isComplete.value).toBe(true);

    // Where the beginning is another one altogether, all is read; where nothing else is left, no more than that.
    rows = [...upTo(-6, -15).map((id) => ({ id, words: 'newer' })), ...rows];
    await list.refreshEnds();
    expect(shown().slice(0, 12)).toEqual([...upTo(-6, -15), -1, 1]);
    expect(new Set(shown()).size).toBe(shown().length);
    rows = rows.slice(0, 3);
    asked.length = 0;
    await list.refreshEnds();
    expect(asked).toHaveLength(2);
    expect(shown()).toEqual([-15, -14, -13]);
    expect(list.isComplete.value).toBe(true);
  });

  it('leaves what it shows as it is when it cannot be had anew', async () => {
    let fails = false;
    const list = usePagedList<number>(() => (fails ? Promise.reject(new Problem(503, 'later')) : Promise.resolve({ results: [1], next: null })));
    await list.more();
    fails = true;
    await expect(list.refresh()).rejects.toThrow('later');
    expect(list.rows.value).toEqual([1]);
    expect(list.error.value).toBe('');
  });

  it('keeps its rows and says why when a page does not come', async () => {
    let fails = false;
    const list = usePagedList<number>(() =>
      fails ? Promise.reject(new Problem(503, 'later')) : Promise.resolve({ results: [1], next: 'more' }),
    );
    await list.more();
    fails = true;
    await list.more();
    expect(list.rows.value).toEqual([1]);
    expect(list.error.value).toBe('later');
    fails = false;
    await list.more();
    expect(list.rows.value).toEqual([1, 1]);
    expect(list.error.value).toBe('');
  });
});
