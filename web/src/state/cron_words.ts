// What a schedule's expression says, in words: "at 02:30, Monday to Friday". The server alone decides what it means;
// an expression that is not understood here has no words, and the server says what is wrong with it.
import { currentLanguage, text } from '../strings';

interface Field {
  values: readonly number[]; // in order
  isAny: boolean;
  step: number; // of "*/5"; 0 for others
}
interface Cron {
  minutes: Field;
  hours: Field;
  days: Field;
  months: Field;
  weekdays: Field;
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const nicknames: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};
const mostTimes = 6; // that are told one by one

function parsePart(part: string, least: number, most: number, names: readonly string[]): number[] | null {
  const [range = '', stepWords] = part.split('/');
  const step = stepWords === undefined ? 1 : Number(stepWords);
  const valueOf = (words: string) => (names.includes(words.toLowerCase()) ? names.indexOf(words.toLowerCase()) + least : /^\d+$/.test(words) ? Number(words) : NaN);
  const [from = '', to] = range.split('-');
  const first = range === '*' ? least : valueOf(from);
  const last = range === '*' ? most : to !== undefined ? valueOf(to) : stepWords === undefined ? first : most;
  if (!(first >= least && last <= most && first <= last && step >= 1)) return null;
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, place) => first + place * step);
}

function parseField(words: string, least: number, most: number, names: readonly string[] = []): Field | null {
  const values = new Set<number>();
  for (const part of words.split(',')) {
    const found = parsePart(part, least, most, names);
    if (!found) return null;
    for (const value of found) values.add(value);
  }
  const step = /^\*\/(\d+)$/.exec(words)?.[1];
  return { values: [...values].sort((one, other) => one - other), isAny: values.size === most - least + 1, step: step ? Number(step) : 0 };
}

function parseCron(expression: string): Cron | null {
  const words = (nicknames[expression.toLowerCase()] ?? expression).split(/\s+/);
  if (words.length !== 5) return null;
  const [minutes, hours, days, months] = [parseField(words[0]!, 0, 59), parseField(words[1]!, 0, 23), parseField(words[2]!, 1, 31), parseField(words[3]!, 1, 12, monthNames)];
  const week = parseField(words[4]!, 0, 7, weekdayNames);
  if (!minutes || !hours || !days || !months || !week) return null;
  const inWeek = [...new Set(week.values.map((day) => day % 7))].sort((one, other) => one - other);
  return { minutes, hours, days, months, weekdays: { values: inWeek, isAny: inWeek.length === 7, step: 0 } };
}

const listOf = (items: readonly (string | number)[]) => new Intl.ListFormat(currentLanguage(), { type: 'conjunction' }).format(items.map(String));
const clock = (hour: number, minute: number) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
const isRow = (values: readonly number[]) => values.length > 2 && values[values.length - 1]! - values[0]! === values.length - 1;
// 2026-11-01 is a Sunday.
const weekdayName = (day: number) => new Intl.DateTimeFormat(currentLanguage(), { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2026, 10, 1 + day));
const monthName = (month: number) => new Intl.DateTimeFormat(currentLanguage(), { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2026, month - 1, 1));

function oftenWords(minutes: Field): string {
  if (minutes.isAny) return text.reading.everyMinute;
  if (minutes.step && 60 % minutes.step === 0) return text.reading.everyMinutes(minutes.step);
  return minutes.values.length === 1 && minutes.values[0] === 0 ? text.reading.everyHour : text.reading.everyHourAt(listOf(minutes.values));
}

function timeWords({ minutes, hours }: Cron): string {
  if (hours.isAny) return oftenWords(minutes);
  const first = hours.values[0]!;
  const last = hours.values[hours.values.length - 1]!;
  if (minutes.values.length === 1 && hours.step > 1 && 24 % hours.step === 0) return text.reading.everyHours(hours.step, String(minutes.values[0]));
  if (minutes.values.length * hours.values.length <= mostTimes && !isRow(hours.values)) {
    return text.reading.at(listOf(hours.values.flatMap((hour) => minutes.values.map((minute) => clock(hour, minute)))));
  }
  const isOften = isRow(hours.values) || hours.values.length === 1;
  const lastMinute = minutes.values[minutes.values.length - 1]!;
  if (isOften) return text.reading.between(oftenWords(minutes), clock(first, minutes.values[0]!), clock(last, lastMinute));
  return text.reading.minutesOfHours(listOf(minutes.values), listOf(hours.values));
}

function weekdayWords(values: readonly number[]): string {
  // People begin the week on Monday.
  const days = values.map((day) => (day === 0 ? 7 : day)).sort((one, other) => one - other);
  if (isRow(days)) return text.reading.weekdayRange(weekdayName(days[0]!), weekdayName(days[days.length - 1]! % 7));
  return text.reading.weekdays(listOf(days.map((day) => weekdayName(day % 7))));
}

function dayWords({ days, weekdays }: Cron): string {
  const ofMonth = days.isAny ? '' : text.reading.monthDays(listOf(days.values.map(text.reading.monthDay)), days.values.length);
  const ofWeek = weekdays.isAny ? '' : weekdayWords(weekdays.values);
  return ofMonth && ofWeek ? text.reading.either(ofMonth, ofWeek) : ofMonth || ofWeek;
}

function durationWords(words: string): string {
  const parts = [...words.matchAll(/(\d+)([dhms])/g)];
  if (!parts.length || parts.map(([part]) => part).join('') !== words) return '';
  return text.reading.every(parts.map(([, count, unit]) => text.reading.units[unit as 'd' | 'h' | 'm' | 's'](Number(count))).join(' '));
}

function onceWords(words: string): string {
  const at = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(words);
  if (!at || Number.isNaN(Date.parse(`${at[1]}T00:00Z`))) return '';
  const day = new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(`${at[1]}T00:00Z`));
  return text.reading.once(`${day}, ${at[2]}`);
}

// Empty for what is not understood.
export function readingOf(expression: string): string {
  const words = expression.trim();
  const [first = '', second = ''] = words.split(/\s+/);
  if (first === '@every') return durationWords(second);
  if (first === '@at') return onceWords(second);
  const cron = parseCron(words);
  if (!cron) return '';
  const days = dayWords(cron);
  const months = cron.months.isAny ? '' : text.reading.months(listOf(cron.months.values.map(monthName)));
  const isDaily = !days && !months && !cron.hours.isAny;
  return [timeWords(cron), days || (isDaily ? text.reading.everyDay : ''), months].filter(Boolean).join(', ');
}
