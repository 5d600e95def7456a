// The kinds of sources, and how one signs in at each (docs/pull-sources.md).
import type { Source } from '../api/client';

export type SourceKind = Source['source_type'];
export type SignIn = Source['auth_type'];

export const sourceKinds: readonly SourceKind[] = ['http_index', 'webdav', 'ftp', 'sftp', 's3', 'still', 'folder'];

export const signIns: Record<SourceKind, readonly SignIn[]> = {
  http_index: ['none', 'basic', 'digest', 'header'],
  webdav: ['none', 'basic', 'digest', 'header'],
  ftp: ['none', 'basic'],
  sftp: ['basic', 'key'],
  s3: ['none', 'basic'],
  still: ['none', 'basic', 'digest', 'header'],
  folder: ['none'],
};

const schemes: Record<string, SourceKind> = { ftp: 'ftp', ftps: 'ftp', sftp: 'sftp' };
// Those that speak S3 and are known by name, with the bucket in the path or in the host.
const bucketHost = /^https?:\/\/([^/?#]*\.)?s3(-[^./?#]*)?\.([^/?#]*\.)?(amazonaws\.com(\.cn)?|wasabisys\.com|backblazeb2\.com|scw\.cloud)(:\d+)?([/?#]|$)/i;
const picture = /\.(jpe?g|png|cgi|webp)$/i;

// What an address means when nobody says, as the server has it.
export function guessKind(address: string): SourceKind {
  const given = address.trim();
  const scheme = /^([a-z]+):\/\//i.exec(given)?.[1]?.toLowerCase();
  if (scheme && schemes[scheme]) return schemes[scheme];
  if (!scheme) return given.startsWith('/') ? 'folder' : 'http_index';
  if (picture.test(given.replace(/[?#].*$/, ''))) return 'still';
  return bucketHost.test(given) ? 's3' : 'http_index';
}

// Scheme, host and port: a secret is kept for no other.
export function originOf(address: string): string {
  try {
    const { protocol, host } = new URL(address.trim());
    return `${protocol}//${host}`;
  } catch {
    return address.trim();
  }
}
