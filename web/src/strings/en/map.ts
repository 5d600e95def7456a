import { counted } from '../counted';

export const map = {
  title: 'Map',
  label: 'Map of the photos. Arrow keys move it, plus and minus zoom.',
  labelOfPlace: (name: string) => `Map around ${name}`,
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  whole: 'Show all photos',
  keys: 'Map',
  closeKey: 'Close the photos of a place',
  cluster: (count: number, where: string) => `${counted('en', count, 'photo', 'photos')} near ${where}`,
  compass: { north: 'N', south: 'S', east: 'E', west: 'W' },
  shown: (photos: number, places: number) => `${counted('en', photos, 'photo', 'photos')} in ${counted('en', places, 'place', 'places')}`,
  none: 'No photo with a position lies in this part of the map.',
  strip: 'Photos of this place',
  stripAll: 'Show as a list',
  stripClose: 'Close',
  stripNone: 'Nothing here any more.',
  toMap: 'Open the map here',
};
