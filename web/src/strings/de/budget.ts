import type { budget as english } from '../en/budget';

export const budget: typeof english = {
  title: 'Dienste außerhalb',
  lead: 'Was Dienste außerhalb dieses Rechners in diesem Monat kosten. Fotos gehen nur dorthin, wenn es in den Einstellungen eingeschaltet ist.',
  month: 'Monat',
  states: {
    off: 'Ausgeschaltet: kein Foto verlässt diesen Rechner.',
    open: 'Offen.',
    warned: 'Mehr als 80 % der Grenze sind erreicht.',
    throttled: 'Mehr als 90 % der Grenze sind erreicht: nur dringende Fotos werden gesendet.',
    stopped: 'Die Grenze ist erreicht: bis zum nächsten Monat wird nichts gesendet.',
  },
  spent: 'Ausgegeben',
  reserved: 'Vorgemerkt für laufende Aufrufe',
  limit: 'Grenze',
  price: 'Preis einer Einheit',
  used: (share) => `${share} der Grenze`,
  noLimit: 'Nichts darf ausgegeben werden',
  warnedAt: 'Gewarnt',
  throttledAt: 'Gedrosselt',
  stoppedAt: 'Angehalten',
};
