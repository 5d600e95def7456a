// A list of species as people write it: one a line, the name, then a semicolon, a tab or a comma, and the scientific name.
import type { Species } from '../api/client';

export const linesOf = (species: readonly Species[]) => species.map(({ name, scientific_name }) => (scientific_name ? `${name}; ${scientific_name}` : name)).join('\n');

export function speciesIn(lines: string): Species[] {
  return lines
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', ...rest] = line.split(/[;\t,]/);
      return { name: name.trim(), scientific_name: rest.join(',').trim() };
    });
}
