export const nav = {
  label: 'Main',
  jobs: 'Jobs',
  photos: 'Photos',
  assets: 'Assets',
  locations: 'Locations',
  map: 'Map',
  tasks: 'Tasks',
  waiting: (count: number) => `, ${count.toLocaleString('en')} waiting`,
  failures: 'Failures',
  review: 'Review',
  models: 'Models',
  cameras: 'Cameras',
  stations: 'Stations',
  sources: 'Sources',
  administration: 'Administration',
  more: 'More',
};

export const account = {
  menu: (name: string) => `Account of ${name}`,
  docs: 'API documentation',
  keys: 'Keyboard shortcuts',
  signOut: 'Sign out',
  notSignedOut: (why: string) => `You are still signed in. ${why}`,
  looks: 'Appearance and language',
  theme: 'Appearance',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  language: 'Language',
  languages: { system: 'As the browser', en: 'English', de: 'Deutsch' },
  roles: { viewer: 'Viewer', technician: 'Technician', reviewer: 'Reviewer', operator: 'Operator', administrator: 'Administrator' },
};

export const keys = {
  title: 'Keyboard shortcuts',
  words: 'What works on this page right now.',
  everywhere: 'Everywhere',
  showSheet: 'Show this list',
  goTo: (page: string) => `Go to ${page}`,
  search: 'Search on this page',
  then: 'then',
  or: 'or',
  names: { Escape: 'Esc', Enter: 'Enter', Delete: 'Del', Home: 'Home', End: 'End', ' ': 'Space', Shift: 'Shift' } as Record<string, string>,
};

export const application = {
  update: 'A new version of Sightglass is ready.',
  reload: 'Reload now',
  reconnecting: 'Reconnecting…',
  offline: 'No connection. What is shown may be old, and nothing can be changed until it is back.',
  offlineTitle: 'No connection to Sightglass',
  offlineWords: 'The page could not reach the server. Check the network; this page tries again by itself.',
};
