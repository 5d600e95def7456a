import { afterEach, expect, test } from 'vitest';
import { forgetEarly, takeEarly } from './early';

const request = (path: string, method = 'GET') => new Request(`http://localhost${path}`, { method });
afterEach(() => delete window.sightglassEarly);

test('an early answer is taken once, by who asks for that very address', () => {
  const answer = Promise.resolve(new Response('{}'));
  window.sightglassEarly = new Map([['/api/v1/images/photos?limit=200', answer]]);
  expect(takeEarly(request('/api/v1/images/photos'))).toBeUndefined();
  expect(takeEarly(request('/api/v1/images/photos?limit=200', 'POST'))).toBeUndefined();
  expect(takeEarly(request('/api/v1/images/photos?limit=200'))).toBe(answer);
  expect(takeEarly(request('/api/v1/images/photos?limit=200'))).toBeUndefined();
});

test('what the first page did not take is not kept for the next', () => {
  window.sightglassEarly = new Map([['/api/v1/auth/session', Promise.resolve(new Response('{}'))]]);
  forgetEarly();
  expect(takeEarly(request('/api/v1/auth/session'))).toBeUndefined();
});

test('nothing is early where nothing was asked for', () => expect(takeEarly(request('/api/v1/jobs'))).toBeUndefined());
