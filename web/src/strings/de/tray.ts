import { counted } from '../counted';
import type * as english from '../en/tray';

const photos = (count: number) => counted('de', count, 'Foto', 'Fotos');

function bytes(count: number): string {
  const [size, unit] = count >= 1e6 ? [count / 1e6, 'MB'] : [count / 1e3, 'kB'];
  return `${size.toLocaleString('de', { maximumFractionDigits: 1 })} ${unit}`;
}

function time(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h ${Math.ceil((seconds % 3600) / 60)} min`;
}

export const tray: typeof english.tray = {
  title: 'Übertragungen',
  list: 'Dateien auf dem Weg',
  collapse: 'Übertragungen einklappen',
  expand: 'Übertragungen ausklappen',
  drop: 'Fotos oder Ordner hierher ziehen',
  or: 'oder',
  upload: 'Hochladen',
  choose: 'Fotos wählen',
  folder: 'Ordner wählen',
  camera: 'Foto aufnehmen',
  description: 'Beschreibung für die nächsten Fotos',
  formats: 'JPEG, PNG, WebP, TIFF, HEIC, AVIF oder GIF, je bis 50 MB. Was abbricht, geht von selbst weiter, auch nachdem die Seite geschlossen war.',
  dropAnywhere: 'Ablegen zum Übertragen',
  dropForJob: 'Ablegen für diesen Auftrag',
  leftOut: (count) => `Weggelassen, weil kein Bild: ${counted('de', count, 'Datei', 'Dateien')}.`,
  summary: (stored, total) => `${stored} von ${photos(total)} gespeichert`,
  pace: (perSecond, left) => `${bytes(perSecond)}/s${left === null ? '' : `, noch ${time(left)}`}`,
  unsafe: 'Einige Dateien konnten in diesem Browser nicht behalten werden. Lassen Sie die Seite offen, bis sie gespeichert sind.',
  states: {
    waiting: 'Wartet',
    reading: 'Wird gelesen …',
    sending: 'Wird gesendet …',
    storing: 'Wird gespeichert …',
    paused: 'Angehalten',
    stored: 'Gespeichert',
    duplicate: 'War schon da; nicht noch einmal gespeichert.',
    failed: 'Nicht gespeichert',
  },
  sendingAt: (part, perSecond, left) =>
    [`${Math.floor(part * 100)} %`, ...(perSecond > 0 ? [`${bytes(perSecond)}/s`] : []), ...(left === null ? [] : [`noch ${time(left)}`])].join(' · '),
  waitsForLine: 'Wartet auf die Verbindung',
  fileGone: 'Die Datei lässt sich nicht mehr lesen. Wählen Sie sie erneut.',
  show: 'Zeigen',
  pauseAll: 'Alle anhalten',
  resumeAll: 'Alle fortsetzen',
  retryAll: (count) => `${count} erneut versuchen`,
  clear: 'Gespeicherte ausblenden',
  more: (count) => `und ${count.toLocaleString('de')} weitere`,
  progressOf: (name) => `Übertragung von ${name}`,
  pauseOf: (name) => `${name} anhalten`,
  resumeOf: (name) => `${name} fortsetzen`,
  retryOf: (name) => `${name} erneut versuchen`,
  cancelOf: (name) => `${name} abbrechen`,
  leaveTitle: 'Fotos werden noch gesendet',
  leave: 'Sie bleiben in diesem Browser und gehen weiter, wenn Sie sich hier wieder anmelden.',
  leaveAction: 'Abmelden',
};
