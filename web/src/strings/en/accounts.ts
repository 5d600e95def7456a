export const firstRun = {
  title: 'Welcome to Sightglass',
  lead: 'Make the first administrator. The one-time code was printed where the server was started.',
  code: 'One-time code',
  codeHint: 'Look for it in the terminal or in the server’s log.',
  username: 'Name',
  password: 'Password',
  passwordHint: 'At least 8 characters.',
  submit: 'Make the administrator',
  done: 'The administrator is made. Sign in to begin.',
};

export const signIn = {
  title: 'Sign in',
  lead: 'Image capture and inspection',
  username: 'Name',
  password: 'Password',
  submit: 'Sign in',
  wrong: 'Name or password is wrong.',
  ended: 'Your sign-in has ended. Sign in again and go on where you were.',
};
