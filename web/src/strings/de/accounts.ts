import type * as english from '../en/accounts';

export const firstRun: typeof english.firstRun = {
  title: 'Willkommen bei Sightglass',
  lead: 'Legen Sie den ersten Administrator an. Der Einmalcode steht dort, wo der Server gestartet wurde.',
  code: 'Einmalcode',
  codeHint: 'Er steht im Terminal oder im Protokoll des Servers.',
  username: 'Name',
  password: 'Passwort',
  passwordHint: 'Mindestens 8 Zeichen.',
  submit: 'Administrator anlegen',
  done: 'Der Administrator ist angelegt. Melden Sie sich an, um zu beginnen.',
};

export const signIn: typeof english.signIn = {
  title: 'Anmelden',
  lead: 'Bilder aufnehmen und prüfen',
  username: 'Name',
  password: 'Passwort',
  submit: 'Anmelden',
  wrong: 'Name oder Passwort ist falsch.',
  ended: 'Ihre Anmeldung ist abgelaufen. Melden Sie sich neu an und machen Sie dort weiter, wo Sie waren.',
};
