// Times for people: in the viewer's zone and the language of the page, with the exact UTC time to hand.
import { currentLocale } from '../strings';

const styles = {
  day: { dateStyle: 'full' },
  moment: { dateStyle: 'medium', timeStyle: 'short' },
  date: { dateStyle: 'medium' },
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formats = new Map<string, Intl.DateTimeFormat>(); // making one costs more than using it a hundred times

function formatted(iso: string, style: keyof typeof styles): string {
  const locale = currentLocale();
  const key = `${locale} ${style}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, styles[style]);
  formats.set(key, format);
  return format.format(new Date(iso));
}

export const asDay = (iso: string): string => formatted(iso, 'day');
export const asMoment = (iso: string): string => formatted(iso, 'moment');
export const asDate = (iso: string): string => formatted(iso, 'date');
export const asClock = (iso: string): string => formatted(iso, 'clock');
export const asUtc = (iso: string): string => new Date(iso).toISOString();
