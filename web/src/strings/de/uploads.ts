import { counted } from '../counted';
import type * as english from '../en/uploads';

const photos = (count: number) => counted('de', count, 'Foto', 'Fotos');

export const uploads: typeof english.uploads = {
  drop: 'Fotos hierher ziehen',
  or: 'oder',
  choose: 'Fotos auswählen',
  camera: 'Foto aufnehmen',
  description: 'Beschreibung der nächsten Fotos',
  formats: 'JPEG, PNG, WebP, TIFF, HEIC, AVIF oder GIF, je bis 50 MB.',
  sendsAgain: (seconds) => `Der Server kann es gerade nicht annehmen. In ${seconds} s wird es noch einmal gesendet.`,
  waiting: 'Wartet',
  sending: (part) => (part >= 1 ? 'Wird gespeichert …' : `${Math.floor(part * 100)} %`),
  stored: 'Gespeichert',
  failed: 'Nicht gespeichert',
  refused: (reason) => `${reason.replace(/\.$/, '')}. Von dieser Datei wurde nichts gespeichert; wählen Sie eine andere Kopie oder eine andere Datei.`,
  cancelled: 'Abgebrochen',
  summary: (stored, total) => `${stored} von ${photos(total)} gespeichert`,
  failures: (count) => `${counted('de', count, 'Foto wurde', 'Fotos wurden')} nicht gespeichert`,
  retryAll: 'Alle erneut senden',
  clear: 'Liste leeren',
  progressOf: (name) => `Übertragung von ${name}`,
  retryOf: (name) => `${name} erneut senden`,
  cancelOf: (name) => `${name} abbrechen`,
  leaveTitle: 'Es werden noch Fotos gesendet',
  leave: 'Beim Abmelden wird das abgebrochen. Was gespeichert ist, bleibt gespeichert.',
  leaveAction: 'Abbrechen und abmelden',
};
