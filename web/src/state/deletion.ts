// Deletes photos for good, never without a question.
import { api } from '../api/client';
import { dataOf, wordsOf } from '../api/problem';
import { text } from '../strings';
import { confirm } from './confirmation';
import { withoutLooking } from './live';
import { showToast } from './toasts';

export const deletePhoto = (id: string): Promise<unknown> => dataOf(api.DELETE('/api/v1/images/photos/{id}', { params: { path: { id } } }));

export const confirmDeletion = (count: number): Promise<boolean> =>
  confirm({ title: text.deletion.title(count), words: text.deletion.words, action: text.deletion.action, isDangerous: true });

// One photo: asks, deletes, tells, and leads on to what is there instead.
export async function deleteForGood(id: string, leadOn: () => Promise<unknown>): Promise<void> {
  if (!(await confirmDeletion(1))) return;
  await withoutLooking(async () => {
    try {
      await deletePhoto(id);
    } catch (cause) {
      showToast({ words: wordsOf(cause), kind: 'failed' });
      return;
    }
    showToast({ words: text.deletion.done(1), kind: 'done' });
    await leadOn();
  });
}
