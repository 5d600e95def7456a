import { counted } from '../counted';
import type * as english from '../en/species';

export const species: typeof english.species = {
  title: 'Arten, die hier vorkommen',
  titleEverywhere: 'Arten, die überall vorkommen',
  lead: 'Automatisch bekommt kein Foto einen anderen Namen. Menschen dürfen jeden geben.',
  none: 'Jede Art kann vorkommen: Es gibt keine Liste.',
  inherited: 'Dieser Ort hat keine eigene Liste; es gilt die für überall.',
  count: (count) => counted('de', count, 'Art', 'Arten'),
  edit: 'Liste bearbeiten',
  editTitle: 'Welche Arten vorkommen',
  lines: 'Eine Art je Zeile: ihr Name, wie er auf Fotos steht, ein Semikolon, ihr wissenschaftlicher Name',
  example: 'Rotfuchs; Vulpes vulpes',
  hint: 'Ein Detektor nennt Gruppen wie bird oder deer: Auch diese Wörter gehören in die Liste, wo er sie sagen darf. Was hier steht, gilt für Fotos, die von jetzt an analysiert werden.',
  save: 'Liste speichern',
  saved: 'Die Liste ist gespeichert.',
  remove: 'Liste entfernen',
  removed: 'Die Liste ist entfernt.',
};
