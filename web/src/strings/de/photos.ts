import type * as english from '../en/photos';

export const photos: typeof english.photos = {
  title: 'Fotos',
  job: 'Auftragsnummer',
  tag: 'Schlagwort',
  words: 'Suche',
  wordsHint: 'Beschreibung, Schlagwörter, Namen',
  from: 'Aufgenommen ab',
  to: 'Aufgenommen bis',
  empty: 'Noch keine Fotos. Öffnen Sie einen Auftrag und fügen Sie welche hinzu.',
  nothingFound: 'Kein Foto passt zu diesen Filtern.',
  untitled: (name) => name || 'Foto',
  open: (name) => `${name} im Vollbild zeigen`,
  end: 'Das ist alles.',
  damaged: 'Teilweise lesbar',
  duplicate: 'Schon gesendet',
};
