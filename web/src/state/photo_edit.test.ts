import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PhotoDetail } from '../api/client';
import { changePhoto, reverseOf } from './photo_edit';
import { dismissToast, toasts } from './toasts';

const photo = { id: 'p', description: 'old', tags: ['a'], taken_at: '2026-11-21T04:00:00.000000Z', taken_at_source: 'exif', latitude: null, longitude: null, altitude: null } as unknown as PhotoDetail;

afterEach(() => {
  vi.unstubAllGlobals();
  for (const { id } of toasts.value) dismissToast(id);
});

describe('what takes a change back', () => {
  it('gives each member its old value', () => {
    expect(reverseOf(photo, { description: 'new', tags: [] })).toEqual({ description: 'old', tags: ['a'] });
  });

  it('gives a time back to the file that told it, and a person’s to the person', () => {
    expect(reverseOf(photo, { taken_at: '2020-01-01T00:00:00Z' })).toEqual({ taken_at: null });
    expect(reverseOf({ ...photo, taken_at_source: 'person' }, { taken_at: null })).toEqual({ taken_at: photo.taken_at });
  });

  it('removes a position that was not there', () => {
    expect(reverseOf(photo, { latitude: 1, longitude: 2 })).toEqual({ latitude: null, longitude: null, altitude: null });
  });
});

describe('a change', () => {
  const answers = (...all: [number, unknown][]) => {
    const sent: unknown[] = [];
    vi.stubGlobal('fetch', async (request: Request) => {
      sent.push(await request.json());
      const [status, body] = all[sent.length - 1]!;
      return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
    });
    return sent;
  };

  it('is shown at once, then as the server tells it, and can be undone', async () => {
    const sent = answers([200, { ...photo, description: 'new' }], [200, photo]);
    const seen: string[] = [];
    const kept = changePhoto(photo, { description: 'new' }, 'Changed.', (one) => seen.push(one.description));
    expect(seen).toEqual(['new']);
    expect(await kept).toBe(true);
    await toasts.value[0]!.action!.run();
    expect(seen).toEqual(['new', 'new', 'old']);
    expect(sent).toEqual([{ description: 'new' }, { description: 'old' }]);
  });

  it('is taken back when the server refuses, and the reason is told', async () => {
    answers([403, { error: { code: 'x', message: 'not yours' } }]);
    const seen: string[] = [];
    expect(await changePhoto(photo, { description: 'new' }, 'Changed.', (one) => seen.push(one.description))).toBe(false);
    expect(seen).toEqual(['new', 'old']);
    expect(toasts.value[0]).toMatchObject({ kind: 'failed' });
    expect(toasts.value[0]!.words).toContain('not yours');
  });
});
