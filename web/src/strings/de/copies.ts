import type { copies as english } from '../en/copies';

export const copies: typeof english = {
  title: 'Auch hochgeladen als',
  words: 'Dasselbe Bild, einmal gespeichert.',
  inJob: (job) => `Auftrag ${job}`,
};
