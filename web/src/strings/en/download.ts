import { counted } from '../counted';

export const download = {
  action: 'Download',
  title: 'Download photos',
  words: 'They come in one zip file, in folders of their jobs and days.',
  variant: 'Which files',
  original: 'Originals',
  originalHint: 'The files as they were sent, in full size.',
  display: 'Display images',
  displayHint: 'Smaller JPEGs, upright, that open everywhere.',
  counting: 'Counting …',
  ready: (count: number, size: string) => `${counted('en', count, 'photo', 'photos')}, ${size}`,
  leftOut: (count: number) => `${counted('en', count, 'selected photo', 'selected photos')} cannot be had this way and will be missing.`,
  again: 'Try again',
  begun: (count: number, size: string) => `Your browser is fetching ${counted('en', count, 'photo', 'photos')}, ${size}`,
};
