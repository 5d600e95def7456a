// Where the full resolution of a photo comes from: browsers show most originals as they were sent, the server cuts the
// others into tiles.
import type { Photo } from '../api/client';

const shownByBrowsers = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif'];

// Browsers turn JPEGs upright by their EXIF orientation; with other formats they differ from the server.
export const canShowOriginal = (photo: Photo): boolean =>
  photo.original_url !== null && shownByBrowsers.includes(photo.media_type) && (photo.orientation === 1 || photo.media_type === 'image/jpeg') && !photo.damaged;

// Browsers refuse to draw pictures beyond a size of their own, and phones run out of memory before. Safari's canvas on
// iOS ends at 16,777,216 pixels.
const mostPixels = { desk: 50_000_000, phone: 16_777_216 };
const longestSide = 16_384;

export type FullResolution = 'original' | 'tiles' | 'none';

export function fullResolutionOf(photo: Photo, device: 'desk' | 'phone'): FullResolution {
  const hasMore = photo.width > photo.display_width || photo.height > photo.display_height;
  if (photo.original_url === null || !hasMore) return 'none';
  const isHuge = photo.width * photo.height > mostPixels[device] || Math.max(photo.width, photo.height) > longestSide;
  return canShowOriginal(photo) && !isHuge ? 'original' : 'tiles';
}
