// Deleting for good: asks once, does it, and goes back to the list.
import { useRouter } from 'vue-router';
import { wordsOf } from '../api/problem';
import { confirm, type Question } from './confirmation';
import { withoutLooking } from './live';
import { showToast } from './toasts';

export function useRemoval(back: string): (question: Omit<Question, 'isDangerous'>, remove: () => Promise<unknown>, done: string) => Promise<void> {
  const router = useRouter();
  return async (question, remove, done) => {
    if (!(await confirm({ ...question, isDangerous: true }))) return;
    await withoutLooking(async () => {
      try {
        await remove();
      } catch (cause) {
        showToast({ words: wordsOf(cause), kind: 'failed' });
        return;
      }
      showToast({ words: done, kind: 'done' });
      await router.push(back);
    });
  };
}
