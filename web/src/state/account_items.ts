// What the account's menu offers, beside the page and on a phone alike.
import { BookOpen, Keyboard, LogOut, UserRound } from 'lucide-vue-next';
import { computed, nextTick, ref, type ComputedRef } from 'vue';
import { useRouter } from 'vue-router';
import { wordsOf } from '../api/problem';
import { text } from '../strings';
import { confirm } from './confirmation';
import type { MenuItem } from './menu';
import { language, languageChoices, theme, themeChoices } from './preferences';
import { session } from './session';
import { showToast } from './toasts';
import { areUploadsBusy } from './uploads_busy';

export const isKeySheetOpen = ref(false);
export const isSigningOut = ref(false); // nothing of the page that is left stands any more

function askBeforeLeaving(): Promise<boolean> {
  if (!areUploadsBusy.value) return Promise.resolve(true);
  const { leaveTitle: title, leave: words, leaveAction: action } = text.tray;
  return confirm({ title, words, action });
}

// A choice among words that are keyed by its values.
function choice<Value extends string>(words: string, value: Value, values: readonly Value[], names: Record<Value, string>, choose: (value: Value) => void): MenuItem {
  const options = values.map((one) => ({ value: one, words: names[one] }));
  return { kind: 'choice', words, value, options, choose: (chosen) => choose(chosen as Value) };
}

// How the pages look and speak: also for those who are not signed in.
export function useLooks(): ComputedRef<MenuItem[]> {
  return computed(() => [
    choice(text.account.theme, theme.value, themeChoices, text.account.themes, (value) => (theme.value = value)),
    choice(text.account.language, language.value, languageChoices, text.account.languages, (value) => (language.value = value)),
  ]);
}

export function useAccountItems(): ComputedRef<MenuItem[]> {
  const router = useRouter();

  async function leave(): Promise<void> {
    if (!(await askBeforeLeaving())) return;
    // The page goes first, with the answers and pictures on their way to it: what it asked for later would be refused.
    isSigningOut.value = true;
    await nextTick();
    window.stop();
    try {
      await session.signOut();
      await router.push('/sign-in');
    } catch (cause) {
      showToast({ words: text.account.notSignedOut(wordsOf(cause)), kind: 'failed' });
    } finally {
      isSigningOut.value = false;
    }
  }

  const looks = useLooks();
  return computed<MenuItem[]>(() => [
    ...looks.value,
    { kind: 'line' },
    { kind: 'link', words: text.profile.title, icon: UserRound, to: '/profile' },
    { words: text.account.keys, icon: Keyboard, key: '?', run: () => (isKeySheetOpen.value = true) },
    { kind: 'link', words: text.account.docs, icon: BookOpen, to: '/api/docs', isOutside: true },
    { kind: 'line' },
    { words: text.account.signOut, icon: LogOut, run: () => void leave() },
  ]);
}
