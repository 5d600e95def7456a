import { beforeEach, describe, expect, it, vi } from 'vitest';
import { isOver, usePhotoArchive } from './photo_archive';

const sent: unknown[] = [];
const answers: ((body: unknown, status?: number) => void)[] = [];
beforeEach(() => {
  sent.length = 0;
  answers.length = 0;
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(await request.json());
    return new Promise((resolve) => {
      answers.push((body, status = 201) => resolve(new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })));
    });
  });
});
const archiveOf = (count: number) => ({ url: `/a/${count}`, expires_at: '2026-11-21T12:15:00.000000Z', count, bytes: 10, left_out: 0 });

describe('usePhotoArchive', () => {
  it('names photos, or says the filter and who is left out of it', async () => {
    void usePhotoArchive({ photos: ['a', 'b'] }).prepare('original');
    void usePhotoArchive({ filter: { tag: 'roof' }, except: ['c'], total: 9 }).prepare('display');
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(sent).toEqual([
      { photos: ['a', 'b'], variant: 'original' },
      { filter: { tag: 'roof' }, except: ['c'], variant: 'display' },
    ]);
  });

  it('keeps the answer to the last choice, whichever comes last', async () => {
    const { archive, prepare } = usePhotoArchive({ photos: ['a'] });
    const first = prepare('original');
    const second = prepare('display');
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]!(archiveOf(2));
    await second;
    answers[0]!(archiveOf(1));
    await first;
    expect(archive.value?.count).toBe(2);
  });

  it('says in words what the server refused', async () => {
    const { archive, error, prepare } = usePhotoArchive({ photos: ['a'] });
    const asked = prepare('original');
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    answers[0]!({ error: { code: 'invalid_input', message: 'there is no such photo', details: { field: 'photos' } } }, 422);
    await asked;
    expect(archive.value).toBeNull();
    expect(error.value).toBe('there is no such photo');
  });
});

describe('isOver', () => {
  it('is told by the server’s time', () => {
    expect(isOver(archiveOf(1), Date.parse('2026-11-21T12:14:59Z'))).toBe(false);
    expect(isOver(archiveOf(1), Date.parse('2026-11-21T12:15:00Z'))).toBe(true);
  });
});
