import type * as english from '../en/shell';

export const nav: typeof english.nav = {
  label: 'Hauptnavigation',
  jobs: 'Aufträge',
  photos: 'Fotos',
  assets: 'Anlagen',
  locations: 'Orte',
  map: 'Karte',
  tasks: 'Aufgaben',
  waiting: (count) => `, ${count.toLocaleString('de')} warten`,
  review: 'Durchsicht',
  models: 'Modelle',
  cameras: 'Kameras',
  stations: 'Stationen',
  sources: 'Quellen',
  failures: 'Fehlschläge',
  administration: 'Verwaltung',
  more: 'Mehr',
};

export const account: typeof english.account = {
  menu: (name) => `Konto von ${name}`,
  docs: 'API-Dokumentation',
  keys: 'Tastenkürzel',
  signOut: 'Abmelden',
  notSignedOut: (why: string) => `Sie sind noch angemeldet. ${why}`,
  looks: 'Darstellung und Sprache',
  theme: 'Darstellung',
  themes: { system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
  language: 'Sprache',
  languages: { system: 'Wie der Browser', en: 'English', de: 'Deutsch' },
  roles: { viewer: 'Betrachter', technician: 'Techniker', reviewer: 'Prüfer', operator: 'Betreiber', administrator: 'Administrator' },
};

export const keys: typeof english.keys = {
  title: 'Tastenkürzel',
  words: 'Was auf dieser Seite gerade wirkt.',
  everywhere: 'Überall',
  showSheet: 'Diese Liste zeigen',
  goTo: (page) => `Zu ${page} gehen`,
  search: 'Auf dieser Seite suchen',
  then: 'dann',
  or: 'oder',
  names: { Escape: 'Esc', Enter: 'Enter', Delete: 'Entf', Home: 'Pos1', End: 'Ende', ' ': 'Leertaste', Shift: 'Umschalt' },
};

export const application: typeof english.application = {
  update: 'Eine neue Version von Sightglass ist bereit.',
  reload: 'Jetzt neu laden',
  reconnecting: 'Verbindung wird wiederhergestellt …',
  offline: 'Keine Verbindung. Was Sie sehen, kann veraltet sein, und ändern lässt sich erst wieder etwas, wenn sie zurück ist.',
  offlineTitle: 'Keine Verbindung zu Sightglass',
  offlineWords: 'Die Seite konnte den Server nicht erreichen. Prüfen Sie das Netzwerk; diese Seite versucht es von selbst erneut.',
};
