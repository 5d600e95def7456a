// The tiles of a photo's full resolution. The server makes them when they are first asked for.
import { api, type Photo } from '../api/client';

export interface PhotoTiles {
  width: number;
  height: number;
  tileSize: number;
  minLevel: number;
  maxLevel: number;
  getTileUrl(level: number, column: number, row: number): string;
}

// A server that is busy making others says so after half a minute, and is asked again so often.
const mostAsked = 5;
const pause = (milliseconds: number) => new Promise((resolve) => window.setTimeout(resolve, milliseconds));

// `isWanted` is asked before each new try. `lost`: the original is not there any more; `failed`: anything else.
export async function openTiles(photo: Photo, isWanted: () => boolean, wait: (milliseconds: number) => Promise<unknown> = pause): Promise<PhotoTiles | 'lost' | 'failed'> {
  const { id, rotation } = photo;
  for (let asked = 0; asked < mostAsked && isWanted(); asked += 1) {
    const answer = await api.GET('/api/v1/images/photos/{id}/tiles', { params: { path: { id }, query: { rotation: rotation as 0 | 90 | 180 | 270 } } }).catch(() => null);
    if (answer?.data) {
      const { width, height, tile_size: tileSize, levels } = answer.data;
      // Turned meanwhile: the photo comes anew with its own size.
      if (width !== photo.width || height !== photo.height) return 'failed';
      const base = `/api/v1/images/photos/${id}/tiles`;
      return { width, height, tileSize, minLevel: 0, maxLevel: levels.length - 1, getTileUrl: (level, column, row) => `${base}/${level}/${column}/${row}?rotation=${rotation}` };
    }
    if (answer?.response.status === 410) return 'lost';
    if (answer?.response.status !== 503 && answer?.response.status !== 429) return 'failed';
    await wait(2000);
  }
  return 'failed';
}
