import { expect, test } from 'vitest';
import type { Source } from '../api/client';
import { changedSettings, changeOf, inputOf, keepsSecret, signInOf, sourceForm, testOf, usualSettings, wrongNumbers } from './source_form';
import { guessKind, originOf } from './source_kinds';

const kept = (given: Partial<Source> = {}): Source =>
  ({
    id: 's',
    name: 'Meadow',
    location_id: 'l',
    base_url: 'https://camera.example.org/pictures/',
    source_type: 'http_index',
    auth_type: 'basic',
    auth_username: 'ada',
    has_secret: true,
    is_active: true,
    settings: { ...usualSettings, depth: 2, allow_private_addresses: true },
    ...given,
  }) as Source;
const form = (given: Partial<ReturnType<typeof sourceForm>> = {}) => ({ ...sourceForm(), name: ' Meadow ', location: 'l', address: 'https://camera.example.org/pictures/', ...given });

test('an address says what kind of source it is', () => {
  const kinds: Record<string, string> = {
    'https://host/path/': 'http_index',
    'HTTPS://host/SNAPSHOT.JPG': 'still',
    'https://host/snapshot.jpg?channel=1#now': 'still',
    'https://host/axis-cgi/jpg/image.cgi': 'still',
    'https://host/list?of=a.jpg': 'http_index',
    'https://cards.s3.eu-central-1.amazonaws.com/cam/': 's3',
    'https://s3.amazonaws.com/cards/': 's3',
    'https://cards.s3-eu-west-1.amazonaws.com/latest.jpg': 'still',
    'https://s3.example.org/cards/': 'http_index',
    'https://host/s3.amazonaws.com/': 'http_index',
    'ftp://host/': 'ftp',
    'ftps://host/': 'ftp',
    'sftp://host/a.jpg': 'sftp',
    ' /mnt/cards/ ': 'folder',
    '': 'http_index',
  };
  for (const [address, kind] of Object.entries(kinds)) expect(guessKind(address), address).toBe(kind);
});

test('a new source sends what is otherwise than usual, and no secret that is not there', () => {
  expect(inputOf(form())).toEqual({ name: 'Meadow', location_id: 'l', base_url: 'https://camera.example.org/pictures/', source_type: 'http_index', auth_type: 'none', is_active: true, settings: {} });
  const sent = inputOf(form({ signIn: 'header', header: ' X-Api-Key ', secret: 'k ', pattern: '', tags: 'deer, , north,deer', numbers: { ...sourceForm().numbers, requests_per_second: '0,5' } }));
  expect(sent).toMatchObject({ auth_type: 'header', auth_header: 'X-Api-Key: k', settings: { tags: ['deer', 'north'], requests_per_second: 0.5 } });
  expect(sent).not.toHaveProperty('auth_password');
});

test('a kind that does not know the sign-in that was chosen takes its own first', () => {
  expect(signInOf(form({ address: 'sftp://host/', signIn: 'none' }))).toBe('basic');
  expect(signInOf(form({ address: '/mnt/cards/', signIn: 'basic' }))).toBe('none');
  expect(signInOf(form({ kind: 's3', signIn: 'basic' }))).toBe('basic');
});

test('the form never holds the secret that is kept, and a change sends only what is otherwise', () => {
  const source = kept();
  const again = sourceForm(source);
  expect(again.secret).toBe('');
  expect(changeOf(again, source)).toEqual({});
  expect(changeOf({ ...again, numbers: { ...again.numbers, depth: '0' }, isActive: false }, source)).toEqual({ is_active: false, settings: { depth: 0 } });
  expect(changeOf({ ...again, secret: 'new' }, source)).toEqual({ auth_password: 'new' });
  expect(changeOf({ ...again, signIn: 'none' }, source)).toEqual({ auth_type: 'none' });
});

test('what an administrator has allowed is not asked for again by who changes the rest', () => {
  const source = kept();
  expect(changedSettings({ ...sourceForm(source), pattern: '*.jpg' }, source.settings)).toEqual({ name_pattern: '*.jpg' });
});

test('a source is tried without a name, and one that is kept with its own secret', () => {
  expect(testOf(form({ name: '' }))).not.toHaveProperty('name');
  const source = kept();
  expect(testOf({ ...sourceForm(source), name: 'Other', address: 'https://camera.example.org/other/' }, source)).toEqual({ id: 's', base_url: 'https://camera.example.org/other/' });
});

test('a secret stays with the place and the sign-in that it was given for', () => {
  const source = kept();
  const same = sourceForm(source);
  expect(keepsSecret(same, source)).toBe(true);
  expect(keepsSecret({ ...same, address: 'https://camera.example.org/elsewhere/' }, source)).toBe(true);
  for (const address of ['https://camera.example.org:8443/pictures/', 'http://camera.example.org/pictures/', 'https://other.example.org/pictures/'])
    expect(keepsSecret({ ...same, address }, source), address).toBe(false);
  expect(keepsSecret({ ...same, signIn: 'header' }, source)).toBe(false);
  expect(keepsSecret({ ...same, kind: 'webdav' }, source)).toBe(false);
  expect(keepsSecret(same, kept({ has_secret: false }))).toBe(false);
  expect(keepsSecret(same)).toBe(false);
  expect(originOf(' no address ')).toBe('no address');
});

test('numbers beyond their bounds, and what is none, are named', () => {
  const numbers = sourceForm().numbers;
  expect(wrongNumbers(form())).toEqual([]);
  expect(wrongNumbers(form({ numbers: { ...numbers, depth: '17', max_files: '0', settle_seconds: '', connections: '1.5', requests_per_second: '0.05', max_file_mb: 'all', quiet_days: '366' } }))).toEqual([
    'depth', 'max_files', 'max_file_mb', 'settle_seconds', 'connections', 'requests_per_second', 'quiet_days',
  ]);
});
