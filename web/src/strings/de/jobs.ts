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
  empty: 'Noch keine Aufträge. Legen Sie den ersten an und fügen Sie dann Fotos hinzu.',
  emptyReadOnly: 'Noch keine Aufträge. Jemand mit der Rolle „Techniker“ legt den ersten an.',
  nothingFound: 'Kein Auftrag passt dazu. Versuchen Sie weniger Wörter oder einen anderen Status.',
  statusNames: { open: 'Offen', in_progress: 'In Arbeit', done: 'Erledigt', archived: 'Archiviert' },
  untitled: (id) => `Auftrag ${id}`,
  opened: 'angelegt',
};

export const job: typeof english.job = {
  back: 'Alle Aufträge',
  gallery: 'Fotos',
  empty: 'Noch keine Fotos. Ziehen Sie welche nach oben, oder nehmen Sie eines mit der Kamera auf.',
  emptyReadOnly: 'Noch keine Fotos.',
  missing: 'Diesen Auftrag gibt es nicht, oder Sie dürfen ihn nicht sehen.',
  changeStatus: 'Status des Auftrags',
};
