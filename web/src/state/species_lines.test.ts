import { expect, it } from 'vitest';
import { linesOf, speciesIn } from './species_lines';

const foxes = [
  { name: 'red fox', scientific_name: 'Vulpes vulpes' },
  { name: 'bird', scientific_name: '' },
];

it('reads a line for each species, as people write or paste them', () => {
  expect(speciesIn('red fox; Vulpes vulpes\n\n  bird  \r\n')).toEqual(foxes);
  expect(speciesIn('red fox\tVulpes vulpes\nbird')).toEqual(foxes);
  expect(speciesIn('red fox,Vulpes vulpes\nbird;')).toEqual(foxes);
  expect(speciesIn(' \n')).toEqual([]);
});

it('leaves what is wrong for the server to name', () => {
  expect(speciesIn('fox; Vulpes vulpes, Linnaeus')).toEqual([{ name: 'fox', scientific_name: 'Vulpes vulpes, Linnaeus' }]);
  expect(speciesIn('; Vulpes vulpes')).toEqual([{ name: '', scientific_name: 'Vulpes vulpes' }]);
});

it('writes what it reads', () => {
  expect(speciesIn(linesOf(foxes))).toEqual(foxes);
});
