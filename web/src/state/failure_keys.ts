// The keys of the inbox: up and down through groups and photos, and what is done with the one in focus.
import { text } from '../strings';
import { useKeys } from './keys';

const items = () => [...document.querySelectorAll<HTMLElement>('[data-inbox]')];
const current = () => document.activeElement?.closest<HTMLElement>('[data-inbox]') ?? null;

// Beside what is in focus; the first or the last when nothing is.
export function stepIn<Item>(all: readonly Item[], here: Item | null, by: 1 | -1): Item | undefined {
  const at = here === null ? -1 : all.indexOf(here);
  if (at < 0) return by > 0 ? all[0] : all[all.length - 1];
  return all[Math.min(Math.max(at + by, 0), all.length - 1)];
}

function go(by: 1 | -1): void {
  const next = stepIn(items(), current(), by);
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

// A button of the one in focus; what it takes away gives the focus to its neighbour.
function press(act: string): void {
  const here = current();
  const button = here?.querySelector<HTMLButtonElement>(`[data-act="${act}"]`);
  if (!here || !button || button.disabled) return;
  const all = items();
  const at = all.indexOf(here);
  button.click();
  if (act === 'open') return;
  const leaving = new MutationObserver(() => {
    if (here.isConnected) return;
    leaving.disconnect();
    const rest = items();
    if (document.activeElement === document.body) rest[Math.min(at, rest.length - 1)]?.focus();
  });
  leaving.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => leaving.disconnect(), 10_000);
}

export function useFailureKeys(): void {
  const words = () => text.failures.keyWords;
  const isOn = () => items().length > 0; // also while the list of keys has the focus
  useKeys(() => text.failures.keys, [
    { keys: ['j', 'ArrowDown'], words: () => words().next, run: () => go(1), isActive: isOn },
    { keys: ['k', 'ArrowUp'], words: () => words().previous, run: () => go(-1), isActive: isOn },
    { keys: 'r', words: () => words().retry, run: () => press('retry'), isActive: isOn },
    { keys: 's', words: () => words().skip, run: () => press('skip'), isActive: isOn },
    { keys: 'o', words: () => words().open, run: () => press('open'), isActive: isOn },
    { keys: 'x', words: () => words().choose, run: () => current()?.querySelector<HTMLInputElement>('input[type=checkbox]')?.click(), isActive: isOn },
  ]);
}
