import { counted } from '../counted';

export const species = {
  title: 'Species that occur here',
  titleEverywhere: 'Species that occur everywhere',
  lead: 'Machines give photos no other name. People may give any.',
  none: 'Any species may occur: there is no list.',
  inherited: 'This place has no list of its own; the one for everywhere holds.',
  count: (count: number) => counted('en', count, 'species', 'species'),
  edit: 'Edit the list',
  editTitle: 'Which species occur',
  lines: 'One species a line: its name as photos are labelled with it, a semicolon, its scientific name',
  example: 'red fox; Vulpes vulpes',
  hint: 'A detector names kinds such as bird or deer: list those words as well where it may say them. What stands here holds for photos that are analysed from now on.',
  save: 'Save the list',
  saved: 'The list is saved.',
  remove: 'Remove the list',
  removed: 'The list is removed.',
};
