import { counted } from '../counted';

export const product: string = 'Sightglass';
export const skip: string = 'Skip to the content';

export const common = {
  loading: 'Loading …',
  retry: 'Try again',
  close: 'Close',
  cancel: 'Cancel',
  undo: 'Undo',
  clear: 'Clear filters',
  photos: (count: number) => counted('en', count, 'photo', 'photos'),
  more: 'Show more',
  remove: (name: string) => `Remove ${name}`,
  notices: 'Notices',
  dismiss: 'Dismiss this notice',
};

const ofStatus: Record<number, string> = {
  400: 'The server could not read this request.',
  401: 'Your sign-in has ended. Sign in again.',
  403: 'Your role does not allow this.',
  404: 'This does not exist, or you may not see it.',
  409: 'This is in use already.',
  413: 'The file is larger than the server takes.',
  415: 'This kind of file is not taken.',
  422: 'Something in this request is not right.',
  429: 'The server is busy. Try again in a moment.',
  503: 'The server cannot take this right now. Nothing was stored; try again later.',
  507: 'The server has no room left. Nothing was stored.',
};

export const errors = {
  offline: 'No answer from the server. Nothing is lost: try again when the connection is back.',
  unexpected: 'Something went wrong in this page. Reload it and try again.',
  ofStatus: (status: number) => ofStatus[status] ?? `The server answered ${status}. Nothing was changed.`,
};

export const notFound = {
  title: 'There is no such page',
  words: 'The address may be old or mistyped, or you may not see what stands there.',
  back: 'Go to the jobs',
};
