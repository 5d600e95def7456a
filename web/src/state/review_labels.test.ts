import { expect, it } from 'vitest';
import { lettersFor } from './review_labels';

it('gives each label a letter of its own, out of it where one is free', () => {
  expect([...lettersFor(['fox', 'deer', 'fallow deer'])]).toEqual([
    ['fox', 'f'],
    ['deer', 'e'],
    ['fallow deer', 'a'],
  ]);
});

it('leaves the letters alone that do something else', () => {
  expect(lettersFor(['bgh']).get('bgh')).toBe('a');
});

it('leaves labels without a letter when there is none left', () => {
  expect(lettersFor(Array.from({ length: 40 }, (_, place) => `label ${place}`)).size).toBe(17);
});
