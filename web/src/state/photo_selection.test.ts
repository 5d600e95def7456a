import { describe, expect, it } from 'vitest';
import { mostLeftOut, usePhotoSelection } from './photo_selection';

describe('the selection of photos', () => {
  it('counts what is marked by name', () => {
    const selection = usePhotoSelection(() => 10);
    selection.set(['a', 'b'], true);
    selection.set(['b', 'c'], false);
    expect(selection.count.value).toBe(1);
    expect(selection.has('a')).toBe(true);
    expect(selection.has('b')).toBe(false);
    expect(selection.ids.value).toEqual(['a']);
  });

  it('is all but those that are taken out again', () => {
    const selection = usePhotoSelection(() => 1_000_000);
    selection.set(['a'], true);
    selection.selectAll();
    expect(selection.count.value).toBe(1_000_000);
    selection.set(['b'], false);
    expect(selection.count.value).toBe(999_999);
    expect(selection.has('b')).toBe(false);
    expect(selection.has('anything')).toBe(true);
    selection.set(['b'], true);
    expect(selection.count.value).toBe(1_000_000);
  });

  it('leaves out no more than a request can name', () => {
    const selection = usePhotoSelection(() => 5000);
    selection.selectAll();
    expect(selection.set(Array.from({ length: mostLeftOut }, (_, i) => String(i)), false)).toBe(true);
    expect(selection.set(['one more'], false)).toBe(false);
    expect(selection.count.value).toBe(4000);
  });

  it('is nothing again after it was cleared', () => {
    const selection = usePhotoSelection(() => 5);
    selection.selectAll();
    selection.anchor.value = { segment: 1, index: 2 };
    selection.clear();
    expect(selection.count.value).toBe(0);
    expect(selection.anchor.value).toBeNull();
    expect(selection.has('a')).toBe(false);
  });
});
