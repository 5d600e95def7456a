import { expect, it } from 'vitest';
import { isRoomLow, kindsOf } from './storage_kinds';

const none = { count: 0, bytes: 0 };
const storage = {
  originals: { count: 2, bytes: 1000 }, displays: { count: 2, bytes: 500 }, thumbnails: none, duplicates: none, trash: none, quarantine: none, unfinished_uploads: none, tiles: { count: 1, bytes: 100 },
  database_bytes: 250, free_bytes: 700, min_free_bytes: 64, measured_at: '2026-11-21T08:00:00Z',
};

it('measures every kind against the largest', () => {
  expect(kindsOf(storage).map(({ name, share }) => [name, share])).toEqual([
    ['originals', 1], ['displays', 0.5], ['thumbnails', 0], ['tiles', 0.1], ['unfinished_uploads', 0], ['quarantine', 0], ['database', 0.25],
  ]);
});

it('warns before uploads are refused', () => {
  expect(isRoomLow(storage)).toBe(false);
  expect(isRoomLow({ ...storage, free_bytes: 639 })).toBe(true);
  expect(isRoomLow({ ...storage, free_bytes: null })).toBe(false);
});
