import { counted } from '../counted';

export const deletion = {
  title: (count: number) => `Delete ${counted('en', count, 'photo', 'photos')} for good?`,
  words: 'Their files are removed with all that is known of them. This cannot be undone.',
  action: 'Delete for good',
  done: (count: number) => `${counted('en', count, 'photo', 'photos')} deleted for good`,
};
