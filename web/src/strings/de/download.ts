import { counted } from '../counted';
import type { download as english } from '../en/download';

export const download: typeof english = {
  action: 'Herunterladen',
  title: 'Fotos herunterladen',
  words: 'Sie kommen in einer Zip-Datei, in Ordnern nach Aufträgen und Tagen.',
  variant: 'Welche Dateien',
  original: 'Originale',
  originalHint: 'Die Dateien, wie sie gesendet wurden, in voller Größe.',
  display: 'Anzeigebilder',
  displayHint: 'Kleinere JPEGs, aufrecht, die sich überall öffnen lassen.',
  counting: 'Wird gezählt …',
  ready: (count, size) => `${counted('de', count, 'Foto', 'Fotos')}, ${size}`,
  leftOut: (count) => `${counted('de', count, 'ausgewähltes Foto ist so nicht zu haben und wird fehlen.', 'ausgewählte Fotos sind so nicht zu haben und werden fehlen.')}`,
  again: 'Noch einmal versuchen',
  begun: (count, size) => `Ihr Browser holt ${counted('de', count, 'Foto', 'Fotos')}, ${size}`,
};
