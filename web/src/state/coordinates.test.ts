import { describe, expect, it } from 'vitest';
import { asPosition, numberIn } from './coordinates';

describe('a number in a field', () => {
  it.each([
    ['', null],
    ['  ', null],
    ['47.5', 47.5],
    ['47,5', 47.5],
    ['-0.001', -0.001],
    ['north', undefined],
    ['1.2.3', undefined],
  ])('%j is %s', (typed, number) => expect(numberIn(typed)).toBe(number));
});

it('shows a position to about a metre', () => expect(asPosition(47.376887, 8.541694)).toBe('47.37689, 8.54169'));
