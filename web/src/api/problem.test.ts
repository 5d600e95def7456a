import { describe, expect, it } from 'vitest';
import { text } from '../strings';
import { dataOf, Problem, problemOf, wordsOf } from './problem';

const answer = (status: number, error?: unknown, data?: unknown) =>
  Promise.resolve({ data, error, response: new Response(null, { status }) });

describe('problems', () => {
  it('take the words and the field of a structured error', () => {
    const body = { error: { code: 'invalid_input', message: 'too long', details: { field: 'title' } } };
    expect(problemOf(422, body)).toMatchObject({ status: 422, message: 'too long', field: 'title' });
  });

  it('take the words of a plain error', () => {
    expect(problemOf(400, { error: 'No image provided' }).message).toBe('No image provided');
  });

  it('have own words for answers without a readable body', () => {
    for (const body of [undefined, null, 7, 'x', {}, { error: 3 }, { error: { message: 4 } }]) {
      expect(problemOf(413, body).message).toBe(text.errors.ofStatus(413));
    }
    expect(problemOf(599, undefined).message).toContain('599');
  });

  it('are thrown for refused requests and for those that got no answer', async () => {
    await expect(dataOf(answer(404, { error: 'gone' }))).rejects.toMatchObject({ status: 404, message: 'gone' });
    await expect(dataOf(Promise.reject(new TypeError('fetch failed')))).rejects.toMatchObject({ status: 0 });
    await expect(dataOf(answer(200, undefined, { id: 1 }))).resolves.toEqual({ id: 1 });
  });

  it('never show the words of a programming error', () => {
    expect(wordsOf(new TypeError('x is undefined'))).toBe(text.errors.unexpected);
    expect(wordsOf(new Problem(0, 'offline'))).toBe('offline');
  });
});
