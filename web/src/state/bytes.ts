// Amounts of storage in the digits of the language, three figures at most.
import { currentLocale } from '../strings';

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

export function asSize(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const amount = bytes / 1000 ** power;
  return `${amount.toLocaleString(currentLocale(), { maximumSignificantDigits: Math.max(3, String(Math.trunc(amount)).length) })} ${units[power]}`;
}
