// What a photo is called where people read it.
import type { Photo } from '../api/client';
import { text } from '../strings';

export function titleOf(photo: Photo): string {
  return photo.description || text.photos.untitled(photo.original_filename || photo.filename);
}
