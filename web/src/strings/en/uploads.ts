import { counted } from '../counted';

const photos = (count: number) => counted('en', count, 'photo', 'photos');

export const uploads = {
  drop: 'Drop photos here',
  or: 'or',
  choose: 'Choose photos',
  camera: 'Take a photo',
  description: 'Description for the next photos',
  formats: 'JPEG, PNG, WebP, TIFF, HEIC, AVIF or GIF, up to 50 MB each.',
  sendsAgain: (seconds: number) => `The server cannot take it just now. It is sent again in ${seconds} s.`,
  waiting: 'Waiting',
  sending: (part: number) => (part >= 1 ? 'Storing …' : `${Math.floor(part * 100)} %`),
  stored: 'Stored',
  failed: 'Not stored',
  refused: (reason: string) => `${reason.replace(/\.$/, '')}. Nothing of this file was stored; choose another copy or another file.`,
  cancelled: 'Cancelled',
  summary: (stored: number, total: number) => `${stored} of ${photos(total)} stored`,
  failures: (count: number) => `${counted('en', count, 'photo was', 'photos were')} not stored`,
  retryAll: 'Retry all',
  clear: 'Clear list',
  progressOf: (name: string) => `Upload of ${name}`,
  retryOf: (name: string) => `Retry ${name}`,
  cancelOf: (name: string) => `Cancel ${name}`,
  leaveTitle: 'Photos are still being sent',
  leave: 'Signing out stops them. What is stored stays stored.',
  leaveAction: 'Stop them and sign out',
};
