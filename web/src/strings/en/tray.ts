import { counted } from '../counted';

const photos = (count: number) => counted('en', count, 'photo', 'photos');

function bytes(count: number): string {
  const [size, unit] = count >= 1e6 ? [count / 1e6, 'MB'] : [count / 1e3, 'kB'];
  return `${size.toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}`;
}

function time(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h ${Math.ceil((seconds % 3600) / 60)} min`;
}

export const tray = {
  title: 'Uploads',
  list: 'Files on their way',
  collapse: 'Collapse the uploads',
  expand: 'Expand the uploads',
  drop: 'Drop photos or folders here',
  or: 'or',
  upload: 'Upload',
  choose: 'Choose photos',
  folder: 'Choose a folder',
  camera: 'Take a photo',
  description: 'Description for the next photos',
  formats: 'JPEG, PNG, WebP, TIFF, HEIC, AVIF or GIF, up to 50 MB each. What breaks off goes on by itself, also after the page was closed.',
  dropAnywhere: 'Drop to upload',
  dropForJob: 'Drop to add to this job',
  leftOut: (count: number) => `Left out, being no picture: ${counted('en', count, 'file', 'files')}.`,
  summary: (stored: number, total: number) => `${stored} of ${photos(total)} stored`,
  pace: (perSecond: number, left: number | null) => `${bytes(perSecond)}/s${left === null ? '' : `, ${time(left)} left`}`,
  unsafe: 'Some files could not be kept in this browser. Leave the page open until they are stored.',
  states: {
    waiting: 'Waiting',
    reading: 'Reading …',
    sending: 'Sending …',
    storing: 'Storing …',
    paused: 'Paused',
    stored: 'Stored',
    duplicate: 'Was there already; not stored again.',
    failed: 'Not stored',
  },
  sendingAt: (part: number, perSecond: number, left: number | null) =>
    [`${Math.floor(part * 100)} %`, ...(perSecond > 0 ? [`${bytes(perSecond)}/s`] : []), ...(left === null ? [] : [`${time(left)} left`])].join(' · '),
  waitsForLine: 'Waiting for the connection',
  fileGone: 'The file cannot be read any more. Choose it again.',
  show: 'Show',
  pauseAll: 'Pause all',
  resumeAll: 'Resume all',
  retryAll: (count: number) => `Retry ${count}`,
  clear: 'Clear stored',
  more: (count: number) => `and ${count.toLocaleString('en')} more`,
  progressOf: (name: string) => `Upload of ${name}`,
  pauseOf: (name: string) => `Pause ${name}`,
  resumeOf: (name: string) => `Resume ${name}`,
  retryOf: (name: string) => `Retry ${name}`,
  cancelOf: (name: string) => `Cancel ${name}`,
  leaveTitle: 'Photos are still being sent',
  leave: 'They stay in this browser and go on when you sign in here again.',
  leaveAction: 'Sign out',
};
