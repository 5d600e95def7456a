import type * as english from '../en/samples';

export const samples: typeof english.samples = {
  title: 'Beispielfotos',
  words: 'Ein Auftrag mit neun Fotos, um sich umzusehen. Sie lassen sich sofort wieder entfernen, was auch immer daran geändert wurde.',
  load: 'Beispielfotos laden',
  loading: 'Die Beispielfotos werden geladen …',
  loaded: 'Die Beispielfotos sind geladen.',
  show: 'Den Beispielauftrag zeigen',
  here: 'Dieser Auftrag und seine ersten Fotos sind Beispiele.',
  remove: 'Beispiele entfernen',
  removing: 'Die Beispielfotos werden entfernt …',
  removed: 'Die Beispiele sind weg.',
  sure: 'Die Beispielfotos und ihr Auftrag werden endgültig gelöscht, mit allem, was daran geändert wurde. Fotos, die jemand hinzugefügt hat, bleiben, und ihr Auftrag mit ihnen.',
};
