// What the browser's tab says.
import { text } from '../strings';

export function showTitle(title: string): void {
  document.title = `${title} · ${text.product}`;
}
