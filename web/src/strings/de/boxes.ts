import type { boxes as english } from '../en/boxes';

export const boxes: typeof english = {
  title: 'Rahmen',
  edit: 'Rahmen zeichnen und verschieben',
  toggle: 'Zeichnen',
  hint: 'Über das Bild ziehen zeichnet einen Rahmen; ein gewählter lässt sich verschieben und an den Ecken ziehen. Tasten: N zeichnet einen in der Mitte, Pfeile verschieben ihn, mit Umschalt ändern sie seine Größe.',
  drawOne: 'Rahmen zeichnen',
  done: 'Fertig',
  what: 'Was es ist',
  kind: 'Art',
  save: 'Behalten',
  remove: 'Rahmen entfernen',
  drawn: 'Der Rahmen ist festgehalten.',
  moved: 'Der Rahmen ist verschoben. Er gilt, sobald Sie sagen, was es ist.',
  keys: {
    begin: 'Rahmen zeichnen und verschieben',
    end: 'Rahmen so lassen, wie sie sind',
    draw: 'Rahmen in der Mitte zeichnen',
    move: 'Rahmen verschieben; mit Umschalt Größe ändern',
    remove: 'Rahmen entfernen',
    leave: 'Den Rahmen verlassen, dann das Zeichnen',
  },
};
