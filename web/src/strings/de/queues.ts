import { counted } from '../counted';
import type * as english from '../en/queues';

export const queues: typeof english.queues = {
  title: 'Warteschlangen und Arbeiter',
  open: 'Warteschlangen und Arbeiter',
  standing: (waiting: number, running: number) => `${counted('de', waiting, 'wartet', 'warten')} · ${counted('de', running, 'läuft', 'laufen')}`,
  pausedSince: 'Angehalten seit',
  pause: 'Anhalten',
  resume: 'Fortsetzen',
  pauseOf: (queue: string) => `Die Warteschlange ${queue} anhalten`,
  resumeOf: (queue: string) => `Die Warteschlange ${queue} fortsetzen`,
  paused: 'Die Warteschlange ist angehalten. Was läuft, läuft weiter.',
  resumed: 'Die Warteschlange läuft weiter.',
  changed: 'Die Warteschlange ist geändert.',
  weight: 'Anteil der Züge',
  most: 'Zugleich (0: beliebig)',
  workers: 'Rechner und Arbeiter',
  noNodes: 'Noch hat sich kein Rechner gemeldet.',
  noWorkers: 'Auf diesem Rechner läuft kein Arbeiter.',
  roles: { serve: 'Server', worker: 'Nur Arbeiter' },
  since: 'seit',
  lost: 'Nichts mehr gehört seit',
  process: (pid: number) => `Prozess ${pid}`,
  idle: 'wartet auf Arbeit',
};
