import { expect, it } from 'vitest';
import { firstLabels, lettersFor } from './review_labels';

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

it('begins with what occurs in the region, and keeps letters for what was met', () => {
  const region = Array.from({ length: 30 }, (_, place) => `species ${place}`);
  const labels = firstLabels(region, ['animal', 'species 3']);
  expect(labels.slice(0, 11)).toEqual([...region.slice(0, 10), 'animal']);
  expect(labels).toHaveLength(31);
  expect(lettersFor(labels).has('animal')).toBe(true);
  expect(firstLabels([], ['fox'])).toEqual(['fox']);
});
