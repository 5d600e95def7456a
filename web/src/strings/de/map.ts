import { counted } from '../counted';
import type { map as english } from '../en/map';

export const map: typeof english = {
  title: 'Karte',
  label: 'Karte der Fotos. Pfeiltasten bewegen sie, Plus und Minus zoomen.',
  labelOfPlace: (name: string) => `Karte um ${name}`,
  zoomIn: 'Näher heran',
  zoomOut: 'Weiter weg',
  whole: 'Alle Fotos zeigen',
  keys: 'Karte',
  closeKey: 'Die Fotos eines Orts schließen',
  cluster: (count: number, where: string) => `${counted('de', count, 'Foto', 'Fotos')} bei ${where}`,
  compass: { north: 'N', south: 'S', east: 'O', west: 'W' },
  shown: (photos: number, places: number) => `${counted('de', photos, 'Foto', 'Fotos')} an ${counted('de', places, 'Ort', 'Orten')}`,
  none: 'In diesem Teil der Karte liegt kein Foto mit einer Position.',
  strip: 'Fotos dieses Orts',
  stripAll: 'Als Liste zeigen',
  stripClose: 'Schließen',
  stripNone: 'Hier ist nichts mehr.',
  toMap: 'Die Karte hier öffnen',
};
