// Days and months of the timeline, whose dates are already those of the viewer's calendar.
import { currentLocale } from '../strings';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatted(date: string, key: string, style: Intl.DateTimeFormatOptions): string {
  const locale = currentLocale();
  const name = `${locale} ${key}`;
  const format = formats.get(name) ?? new Intl.DateTimeFormat(locale, { ...style, timeZone: 'UTC' });
  formats.set(name, format);
  return format.format(new Date(`${date}T00:00:00Z`));
}

export const asDayName = (day: string): string => formatted(day, 'day', { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' });
export const asMonthName = (month: string): string => formatted(`${month}-01`, 'month', { month: 'long', year: 'numeric' });

// The first name of a kind takes a phone a tenth of a second, which is better spent while a page waits for its photos.
export function prepareNames(): void {
  asDayName('2000-01-01');
  asMonthName('2000-01');
}
