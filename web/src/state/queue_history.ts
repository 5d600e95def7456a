// The figures of the queues over time, made ready for charts and tables.
import type { QueueHistory, QueuePoint } from '../api/client';
import { currentLocale, text } from '../strings';

export const spans = { hour: 3600, day: 24 * 3600, week: 7 * 24 * 3600 } as const; // seconds
export type Span = keyof typeof spans;
export const spanNames = Object.keys(spans) as Span[];
const steps: Record<Span, number> = { hour: 60, day: 900, week: 3 * 3600 };

export const measures = ['ended', 'wait', 'run'] as const;
export type Measure = (typeof measures)[number];

// What the server is asked for: it ends with the step that is not over yet.
export function requestOf(span: Span, now: Date): { from: string; to: string; step: number } {
  const step = steps[span];
  const end = Math.floor(now.getTime() / 1000 / step + 1) * step;
  return { from: new Date((end - spans[span]) * 1000).toISOString(), to: new Date(end * 1000).toISOString(), step };
}

// A slot for every step, also for those in which nothing ended.
export interface Slot {
  at: string;
  point: QueuePoint | null;
}

export function slotsOf(points: readonly QueuePoint[], range: Pick<QueueHistory, 'from' | 'to' | 'step'>): Slot[] {
  const found = new Map(points.map((point) => [Date.parse(point.at), point]));
  const slots: Slot[] = [];
  for (let at = Date.parse(range.from); at < Date.parse(range.to); at += range.step * 1000) {
    slots.push({ at: new Date(at).toISOString(), point: found.get(at) ?? null });
  }
  return slots;
}

export const failedOf = (point: Pick<QueuePoint, 'failed' | 'discarded'>): number => point.failed + point.discarded;
export const endedOf = (point: QueuePoint): number => point.completed + failedOf(point);

// What a chart reaches up to: a round number no smaller than the highest value. Of durations at least a millisecond.
export function ceilingOf(value: number, least: number): number {
  if (value <= least) return least;
  const power = 10 ** Math.floor(Math.log10(value));
  const round = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= value * 0.999) ?? 10;
  return round * power;
}

// The same of seconds: beyond a minute people divide by sixty.
const longCeilings = [120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];
export function durationCeilingOf(seconds: number): number {
  if (seconds <= 60) return Math.min(ceilingOf(seconds, 0.001), 60);
  return longCeilings.find((one) => one >= seconds) ?? seconds;
}

export function asDuration(seconds: number | null): string {
  if (seconds === null) return '–';
  const digits = (value: number) => value.toLocaleString(currentLocale(), { maximumSignificantDigits: value < 100 ? 2 : 3 });
  if (seconds < 1) return text.queueHistory.milliseconds(digits(seconds * 1000));
  if (seconds < 120) return text.queueHistory.seconds(digits(seconds));
  if (seconds < 7200) return text.queueHistory.minutes(digits(seconds / 60));
  return text.queueHistory.hours(digits(seconds / 3600));
}

// Short enough for the ends of an axis: the day is told where there are several.
export function asAxisTime(iso: string, span: Span): string {
  const clock: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
  const style: Intl.DateTimeFormatOptions = { hour: clock, day: { weekday: 'short' as const, ...clock }, week: { weekday: 'short' as const, day: 'numeric' as const, month: 'numeric' as const } }[span];
  return new Intl.DateTimeFormat(currentLocale(), style).format(new Date(iso));
}
