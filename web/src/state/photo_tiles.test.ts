import { beforeEach, expect, it, vi } from 'vitest';
import { api, type Photo } from '../api/client';
import { openTiles } from './photo_tiles';

const photo = { id: 'p1', rotation: 90, width: 600, height: 900 } as Photo;
const pyramid = { width: 600, height: 900, tile_size: 512, levels: [{ level: 0, columns: 1, rows: 1 }, { level: 1, columns: 2, rows: 2 }] };
const asked = vi.spyOn(api, 'GET');
const answers = (...all: { status: number; data?: unknown }[]) => {
  for (const { status, data } of all) asked.mockResolvedValueOnce({ data, response: { status } } as never);
};
const wait = vi.fn(() => Promise.resolve());
beforeEach(() => {
  asked.mockReset();
  wait.mockClear();
});

it('tells where tiles of the photo as it is turned are', async () => {
  answers({ status: 200, data: pyramid });
  const tiles = await openTiles(photo, () => true, wait);
  if (typeof tiles === 'string') throw new Error(tiles);
  expect([tiles.maxLevel, tiles.tileSize]).toEqual([1, 512]);
  expect(tiles.getTileUrl(1, 0, 1)).toBe('/api/v1/images/photos/p1/tiles/1/0/1?rotation=90');
});

it('asks again while the server is busy, and not for ever', async () => {
  answers({ status: 503 }, { status: 429 }, { status: 200, data: pyramid });
  expect(typeof (await openTiles(photo, () => true, wait))).toBe('object');
  expect(wait).toHaveBeenCalledTimes(2);
  answers(...Array.from({ length: 5 }, () => ({ status: 503 })));
  expect(await openTiles(photo, () => true, wait)).toBe('failed');
  asked.mockReset();
  await openTiles(photo, () => false, wait);
  expect(asked).not.toHaveBeenCalled();
});

it('says what is lost, and that the rest failed', async () => {
  answers({ status: 410 });
  expect(await openTiles(photo, () => true, wait)).toBe('lost');
  answers({ status: 413 });
  expect(await openTiles(photo, () => true, wait)).toBe('failed');
  answers({ status: 200, data: { ...pyramid, width: 900, height: 600 } });
  expect(await openTiles(photo, () => true, wait)).toBe('failed');
  asked.mockRejectedValueOnce(new TypeError('no line'));
  expect(await openTiles(photo, () => true, wait)).toBe('failed');
});
