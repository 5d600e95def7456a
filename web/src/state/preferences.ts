// What a person chose for this browser, kept in localStorage; every tab of it follows.
import { computed, ref, watch, type Ref } from 'vue';
import { languages, showLanguage, type Language } from '../strings';

const prefix = 'sightglass.';

function read(key: string): string | null {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    return null; // storage is closed to us: the choice lasts as long as the page
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(prefix + key, value);
  } catch {
    // As above.
  }
}

// One of `choices`; what was kept and is none of them counts as `fallback`. Call it once for each key, in a module.
export function usePreference<Choice extends string>(key: string, choices: readonly Choice[], fallback: Choice): Ref<Choice> {
  const known = (value: string | null) => choices.find((one) => one === value) ?? fallback;
  const choice = ref(known(read(key))) as Ref<Choice>;
  watch(choice, (value) => write(key, value), { flush: 'sync' });
  window.addEventListener('storage', (event) => {
    if (event.key === prefix + key) choice.value = known(event.newValue);
  });
  return choice;
}

export const themeChoices = ['system', 'light', 'dark'] as const;
export const languageChoices = ['system', ...languages] as const;
export const theme = usePreference('theme', themeChoices, 'system');
export const language = usePreference('language', languageChoices, 'system');

// The first language of the browser that the pages speak.
export function languageOfBrowser(wanted: readonly string[] = navigator.languages): Language {
  const spoken = wanted.map((tag) => languages.find((one) => tag.toLowerCase().split('-')[0] === one));
  return spoken.find((one) => one !== undefined) ?? 'en';
}

const darkSystem = window.matchMedia('(prefers-color-scheme: dark)');
const isSystemDark = ref(darkSystem.matches);
darkSystem.addEventListener('change', (event) => (isSystemDark.value = event.matches));

export const shownTheme = computed(() => (theme.value === 'system' ? (isSystemDark.value ? 'dark' : 'light') : theme.value));

function showTheme(): void {
  document.documentElement.dataset.theme = shownTheme.value;
  const ground = getComputedStyle(document.documentElement).getPropertyValue('--ground').trim();
  if (ground) document.querySelector('meta[name="theme-color"]')?.setAttribute('content', ground);
}

// Applies both and goes on doing so. Resolves when the words of the language are there; English serves if they do not come.
export async function applyPreferences(): Promise<void> {
  watch(shownTheme, showTheme, { immediate: true });
  const apply = () => showLanguage(language.value === 'system' ? languageOfBrowser() : language.value);
  watch(language, () => void apply().catch(() => undefined));
  await apply().catch(() => undefined);
}

