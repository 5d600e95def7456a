import { describe, expect, it } from 'vitest';
import { useEachPhoto } from './each_photo';

describe('one photo after the other', () => {
  it('goes on past what is refused, and counts', async () => {
    const asked: string[] = [];
    const each = useEachPhoto();
    const outcome = await each.run({ photos: ['a', 'b', 'c'] }, async (id) => {
      asked.push(id);
      if (id === 'b') throw new Error('no');
    });
    expect(asked).toEqual(['a', 'b', 'c']);
    expect(outcome.changed).toBe(2);
    expect(outcome.refused).toHaveLength(1);
    expect(each.total.value).toBe(0);
  });

  it('stops when told to', async () => {
    const each = useEachPhoto();
    expect(await each.run({ photos: ['a', 'b', 'c'] }, async () => each.stop())).toEqual({ changed: 1, refused: [] });
  });
});
