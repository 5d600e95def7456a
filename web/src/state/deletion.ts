// Deletes photos for good, never without a question.
import { api } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { confirm } from './confirmation';
import { showToast } from './toasts';

export const deletePhoto = (id: string): Promise<unknown> => dataOf(api.DELETE('/api/v1/images/photos/{id}', { params: { path: { id } } }));

export const confirmDeletion = (count: number): Promise<boolean> =>
  confirm({ title: text.deletion.title(count), words: text.deletion.words, action: text.deletion.action, isDangerous: true });

// One photo: asks, deletes, tells. False when it is still there.
export async function deleteForGood(id: string): Promise<boolean> {
  if (!(await confirmDeletion(1))) return false;
  try {
    await deletePhoto(id);
  } catch (cause) {
    showToast({ words: wordsOf(cause), kind: 'failed' });
    return false;
  }
  showToast({ words: text.deletion.done(1), kind: 'done' });
  return true;
}
