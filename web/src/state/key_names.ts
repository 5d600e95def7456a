// What is printed on a key.
import { text } from '../strings';

const signs: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' };

export function nameOfKey(key: string): string {
  return signs[key] ?? text.keys.names[key] ?? (/^[a-z]$/.test(key) ? key.toUpperCase() : /^[A-Z]$/.test(key) ? `⇧ ${key}` : key);
}
