// What the browser's tab says. A title that is made of strings is given as a function, so that it follows the language.
import { shallowRef, watchEffect } from 'vue';
import { text } from '../strings';

const title = shallowRef<string | (() => string)>('');

watchEffect(() => {
  const words = typeof title.value === 'function' ? title.value() : title.value;
  document.title = words ? `${words} · ${text.product}` : text.product;
});

export function showTitle(words: string | (() => string)): void {
  title.value = words;
}
