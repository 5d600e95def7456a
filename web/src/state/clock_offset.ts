// By how much a camera's clock is wrong, as people write it.
import { text } from '../strings';

export interface OffsetForm {
  direction: 'later' | 'earlier'; // what is added to the times that the camera showed
  days: string;
  hours: string;
  minutes: string;
  seconds: string;
}

const parts = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 } as const;
type Part = keyof typeof parts;
const partNames = Object.keys(parts) as Part[];

function split(seconds: number): Record<Part, number> {
  let left = Math.abs(seconds);
  return Object.fromEntries(
    partNames.map((name) => {
      const count = Math.floor(left / parts[name]);
      left -= count * parts[name];
      return [name, count];
    }),
  ) as Record<Part, number>;
}

export function offsetForm(seconds: number): OffsetForm {
  const { days, hours, minutes, seconds: rest } = split(seconds);
  return { direction: seconds < 0 ? 'earlier' : 'later', days: String(days), hours: String(hours), minutes: String(minutes), seconds: String(rest) };
}

// null: it is none. What is left empty counts as nothing.
export function secondsOf(form: OffsetForm): number | null {
  let sum = 0;
  for (const name of partNames) {
    const typed = form[name].trim();
    if (typed && !/^\d{1,9}$/.test(typed)) return null;
    sum += Number(typed || 0) * parts[name];
  }
  return form.direction === 'earlier' && sum > 0 ? -sum : sum;
}

// Both as a field for date and time gives them; of any zone, as long as it is the same. null: one is missing.
export function secondsBetween(shown: string, real: string): number | null {
  const seconds = (Date.parse(`${real}Z`) - Date.parse(`${shown}Z`)) / 1000;
  return Number.isFinite(seconds) ? Math.round(seconds) : null;
}

export function offsetWords(seconds: number): string {
  if (seconds === 0) return text.sources.clock.none;
  const counts = split(seconds);
  const amount = partNames.filter((name) => counts[name] > 0).map((name) => text.sources.clock.amounts[name](counts[name])).join(' ');
  return text.sources.clock[seconds < 0 ? 'earlierBy' : 'laterBy'](amount);
}
