import type * as english from '../en/photos';

export const photos: typeof english.photos = {
  title: 'Fotos',
  job: 'Auftragsnummer',
  tag: 'Schlagwort',
  words: 'Suche',
  wordsHint: 'Beschreibung, Schlagwörter, Namen',
  from: 'Aufgenommen ab',
  to: 'Aufgenommen bis',
  emptyTitle: 'Noch keine Fotos',
  empty: 'Fotos gehören zu Aufträgen. Öffnen Sie einen und ziehen Sie Fotos hinein, oder nehmen Sie sie mit der Kamera auf.',
  emptyAction: 'Zu den Aufträgen',
  nothingFoundTitle: 'Kein Foto passt zu diesen Filtern.',
  nothingFound: 'Nehmen Sie einen weg, oder wählen Sie mehr Tage.',
  untitled: (name) => name || 'Foto',
  open: (name) => `${name} im Vollbild zeigen`,
  openLost: (name) => `${name} groß zeigen: die Datei ist verloren`,
  lost: 'Datei verloren',
  end: 'Das ist alles.',
  damaged: 'Teilweise lesbar',
  duplicate: 'Schon gesendet',
};
