import type * as english from '../en/jobs';

export const jobs: typeof english.jobs = {
  title: 'Aufträge',
  create: 'Neuer Auftrag',
  number: 'Nummer',
  name: 'Titel',
  customer: 'Kunde',
  address: 'Adresse',
  notes: 'Notizen',
  submit: 'Auftrag anlegen',
  needsName: 'Geben Sie dem Auftrag eine Nummer oder einen Titel.',
  search: 'Suche',
  searchHint: 'Nummer, Titel, Kunde, Adresse',
  status: 'Status',
  anyStatus: 'Jeder Status',
  emptyTitle: 'Noch keine Aufträge',
  empty: 'Ein Auftrag sammelt die Fotos einer Bestellung, eines Ortes oder eines Kunden. Legen Sie den ersten an und fügen Sie dann Fotos hinzu.',
  emptyReadOnly: 'Jemand mit der Rolle „Techniker“ legt den ersten an.',
  nothingFoundTitle: 'Kein Auftrag passt dazu',
  nothingFound: 'Versuchen Sie weniger Wörter oder einen anderen Status.',
  statusNames: { open: 'Offen', in_progress: 'In Arbeit', done: 'Erledigt', archived: 'Archiviert' },
  untitled: (id) => `Auftrag ${id}`,
  opened: 'angelegt',
};

export const job: typeof english.job = {
  back: 'Alle Aufträge',
  gallery: 'Fotos',
  emptyTitle: 'Noch keine Fotos',
  empty: 'Ziehen Sie welche nach oben, oder nehmen Sie eines mit der Kamera auf.',
  emptyReadOnly: 'Sie erscheinen hier, sobald jemand welche hinzufügt.',
  missing: 'Diesen Auftrag gibt es nicht, oder Sie dürfen ihn nicht sehen.',
  changeStatus: 'Status des Auftrags',
};
