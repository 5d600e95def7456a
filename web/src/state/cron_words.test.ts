import { afterEach, describe, expect, it } from 'vitest';
import { showLanguage } from '../strings';
import { readingOf } from './cron_words';

afterEach(() => showLanguage('en'));

const english: [string, string][] = [
  ['30 2 * * *', 'at 02:30, every day'],
  ['30 2 * * mon-fri', 'at 02:30, Monday to Friday'],
  ['0 8,12,16 * * 1,4', 'at 08:00, 12:00, and 16:00, on Monday and Thursday'],
  ['0 9 * * 0', 'at 09:00, on Sunday'],
  ['0 9 * * 6,7', 'at 09:00, on Saturday and Sunday'],
  ['0 6 1 * *', 'at 06:00, on day 1 of the month'],
  ['0 6 1,15 jan,jul *', 'at 06:00, on days 1 and 15 of the month, in January and July'],
  ['0 6 13 * fri', 'at 06:00, on day 13 of the month and on Friday'],
  ['* * * * *', 'every minute'],
  ['*/15 * * * *', 'every 15 minutes'],
  ['*/15 8-18 * * mon-fri', 'every 15 minutes from 08:00 to 18:45, Monday to Friday'],
  ['5 * * * *', 'every hour at minute 5'],
  ['0 */6 * * *', 'every 6 hours, every day'],
  ['*/7 1,13 * * *', 'at minute 0, 7, 14, 21, 28, 35, 42, 49, and 56 of the hours 1 and 13, every day'],
  ['@daily', 'at 00:00, every day'],
  ['@hourly', 'every hour'],
  ['@weekly', 'at 00:00, on Sunday'],
  ['@every 1h30m', 'every 1 hour 30 minutes'],
  ['@at 2027-01-31T08:00', 'once, January 31, 2027, 08:00'],
];
const german: [string, string][] = [
  ['30 2 * * mon-fri', 'um 02:30, Montag bis Freitag'],
  ['0 8,12 * * *', 'um 08:00 und 12:00, jeden Tag'],
  ['0 6 1,15 1 *', 'am 1. und 15. des Monats, im Januar'],
  ['*/15 * * * *', 'alle 15 Minuten'],
  ['@every 2d', 'alle 2 Tage'],
];

describe('what an expression says', () => {
  it.each(english)('%s', (expression, words) => expect(readingOf(expression)).toBe(words));

  it.each(german)('%s, in German', async (expression, words) => {
    await showLanguage('de');
    expect(readingOf(expression)).toContain(words);
  });

  it.each(['', 'soon', '61 * * * *', '* * * *', '* 25 * * *', '5-1 * * * *', '*/0 * * * *', '@every', '@every 5 fortnights', '@at tomorrow', '@often'])(
    'of %s nothing: the server says what is wrong',
    (expression) => expect(readingOf(expression)).toBe(''),
  );
});
