import { counted } from '../counted';
import type { deletion as english } from '../en/deletion';

export const deletion: typeof english = {
  title: (count) => `${counted('de', count, 'Foto', 'Fotos')} endgültig löschen?`,
  words: 'Ihre Dateien werden entfernt, mit allem, was von ihnen bekannt ist. Das lässt sich nicht rückgängig machen.',
  action: 'Endgültig löschen',
  done: (count) => `${counted('de', count, 'Foto', 'Fotos')} endgültig gelöscht`,
};
