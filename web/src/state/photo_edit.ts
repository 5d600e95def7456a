// Changes of a photo: shown at once, sent, taken back when the server refuses, and offered for undoing.
import { api, type Photo, type PhotoDetail, type PhotoInput } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { session } from './session';
import { showToast, showUndo } from './toasts';

const rank = ['viewer', 'technician', 'reviewer', 'operator', 'administrator'];
const hasRole = (least: string) => rank.indexOf(session.user.value?.role ?? '') >= rank.indexOf(least);
const isOwn = (photo: Photo) => photo.uploaded_by !== null && photo.uploaded_by === session.user.value?.id;

// As the server decides; it has the last word.
export const mayChange = (photo: Photo): boolean => hasRole('reviewer') || (hasRole('technician') && isOwn(photo));
export const mayDelete = (photo: Photo): boolean => hasRole('operator') || (hasRole('technician') && isOwn(photo));

// The change that takes `change` back. A time that the picture itself told comes back with its source, a verdict that
// followed the findings does so again.
export function reverseOf(photo: PhotoDetail, change: PhotoInput): PhotoInput {
  const back = Object.fromEntries(Object.keys(change).map((name) => [name, photo[name as keyof Photo] ?? null])) as PhotoInput;
  if ('taken_at' in change && photo.taken_at_source !== 'person') back.taken_at = null;
  if ('verdict' in change && photo.verdict_by !== 'person') back.verdict = null;
  if (back.latitude === null || back.longitude === null) Object.assign(back, { latitude: null, longitude: null, altitude: null });
  return back;
}

// How the photo will look, until the server says so itself.
function changed(photo: PhotoDetail, change: PhotoInput): PhotoDetail {
  const { taken_at: time, ...rest } = change;
  return { ...photo, ...(rest as Partial<PhotoDetail>), ...(time && { taken_at: time, taken_at_source: 'person' as const }), ...(change.verdict && { verdict_by: 'person' as const }) };
}

export const patchPhoto = (id: string, change: PhotoInput): Promise<PhotoDetail> =>
  dataOf(api.PATCH('/api/v1/images/photos/{id}', { params: { path: { id } }, body: change }));

// `show` is given each state of the photo in turn. Resolves to whether the change was kept.
export async function changePhoto(photo: PhotoDetail, change: PhotoInput, words: string, show: (photo: PhotoDetail) => void): Promise<boolean> {
  show(changed(photo, change));
  try {
    show(await patchPhoto(photo.id, change));
  } catch (cause) {
    show(photo);
    showToast({ words: text.viewer.edit.refused(wordsOf(cause)), kind: 'failed' });
    return false;
  }
  showUndo(words, text.common.undo, async () => {
    try {
      show(await patchPhoto(photo.id, reverseOf(photo, change)));
    } catch (cause) {
      showToast({ words: wordsOf(cause), kind: 'failed' });
    }
  });
  return true;
}
