// Which pictures a browser shows as they were sent.
import type { Photo } from '../api/client';

const shownByBrowsers = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif'];

// Browsers turn JPEGs upright by their EXIF orientation; with other formats they differ from the server.
export const canShowOriginal = (photo: Photo): boolean =>
  photo.original_url !== null && shownByBrowsers.includes(photo.media_type) && (photo.orientation === 1 || photo.media_type === 'image/jpeg') && !photo.damaged;
