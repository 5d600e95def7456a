import { counted } from '../counted';
import type * as english from '../en/common';

export const product: string = 'Sightglass';
export const skip: string = 'Zum Inhalt springen';

export const common: typeof english.common = {
  loading: 'Wird geladen …',
  retry: 'Erneut versuchen',
  close: 'Schließen',
  cancel: 'Abbrechen',
  undo: 'Rückgängig',
  clear: 'Filter zurücksetzen',
  photos: (count) => counted('de', count, 'Foto', 'Fotos'),
  more: 'Mehr anzeigen',
  remove: (name) => `${name} entfernen`,
  notices: 'Hinweise',
  dismiss: 'Hinweis schließen',
};

const ofStatus: Record<number, string> = {
  400: 'Der Server konnte diese Anfrage nicht lesen.',
  401: 'Ihre Anmeldung ist abgelaufen. Bitte melden Sie sich neu an.',
  403: 'Ihre Rolle erlaubt das nicht.',
  404: 'Das gibt es nicht, oder Sie dürfen es nicht sehen.',
  409: 'Das wird bereits verwendet.',
  413: 'Die Datei ist größer, als der Server annimmt.',
  415: 'Diese Art von Datei wird nicht angenommen.',
  422: 'Etwas an dieser Anfrage stimmt nicht.',
  429: 'Der Server ist ausgelastet. Versuchen Sie es gleich noch einmal.',
  503: 'Der Server kann das gerade nicht annehmen. Es wurde nichts gespeichert; versuchen Sie es später noch einmal.',
  507: 'Auf dem Server ist kein Platz mehr. Es wurde nichts gespeichert.',
};

export const errors: typeof english.errors = {
  offline: 'Der Server antwortet nicht. Es ist nichts verloren: Versuchen Sie es erneut, sobald die Verbindung wieder da ist.',
  unexpected: 'Auf dieser Seite ist etwas schiefgegangen. Laden Sie sie neu und versuchen Sie es noch einmal.',
  ofStatus: (status) => ofStatus[status] ?? `Der Server hat mit ${status} geantwortet. Es wurde nichts geändert.`,
};

export const notFound: typeof english.notFound = {
  title: 'Diese Seite gibt es nicht',
  words: 'Die Adresse ist vielleicht alt oder vertippt, oder Sie dürfen nicht sehen, was dort steht.',
  back: 'Zu den Aufträgen',
};
