import type * as english from '../en/pairs';

export const pairs: typeof english.pairs = {
  title: 'Vorher und nachher',
  make: 'Neues Paar',
  chooseBefore: 'Wählen Sie das Foto von vor der Arbeit.',
  chooseAfter: 'Und jetzt das von danach.',
  choose: (name) => `${name} wählen`,
  before: 'Vorher',
  after: 'Nachher',
  showBefore: (name) => `Vorher: ${name} zeigen`,
  showAfter: (name) => `Nachher: ${name} zeigen`,
  none: 'Stellen Sie zwei Fotos derselben Stelle nebeneinander und zeigen Sie, was die Arbeit verändert hat.',
  slider: (title) => `Wo vorher endet und nachher beginnt: ${title}`,
  share: (percent) => `${percent} % vorher`,
  untitled: (number) => `Paar ${number}`,
  name: 'Titel',
  rename: (title) => `Titel von ${title} ändern`,
  save: 'Speichern',
  swap: (title) => `Vorher und nachher von ${title} tauschen`,
  part: (title) => `${title} entfernen`,
  parted: 'Das Paar ist entfernt. Seine Fotos bleiben.',
  made: 'Das Paar ist gebildet.',
};
