// Every word people read, in the language they chose. `text.area.words` follows the choice while the page is open, so
// read it in functions and templates, never into a constant of a module.
import { shallowRef } from 'vue';
import * as english from './en';

export type Strings = typeof english;
export type Language = 'en' | 'de';
export const languages: readonly Language[] = ['en', 'de'];

// English comes with the page; the others are fetched by those who read them.
const sources: Record<Language, () => Promise<Strings>> = {
  en: () => Promise.resolve(english),
  de: () => import('./de'),
};

const shown = shallowRef<{ language: Language; strings: Strings }>({ language: 'en', strings: english });

export const text: Strings = new Proxy({} as Strings, {
  get: (_, area) => Reflect.get(shown.value.strings, area),
});

export const currentLanguage = (): Language => shown.value.language;

// The viewer's own variant of the language ("en-GB") where the browser names one: dates and digits follow it.
export function currentLocale(): string {
  const { language } = shown.value;
  return navigator.languages.find((one) => one === language || one.startsWith(`${language}-`)) ?? language;
}

let wanted: Language = 'en'; // the choice made last wins, in whatever order they arrive

export async function showLanguage(language: Language): Promise<void> {
  wanted = language;
  const strings = await sources[language]();
  if (wanted !== language) return;
  shown.value = { language, strings };
  document.documentElement.lang = language;
}
