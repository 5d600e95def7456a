// What takes how much room, as bars of one length.
import type { Storage } from '../api/client';

export interface StorageKind {
  name: 'originals' | 'displays' | 'thumbnails' | 'tiles' | 'unfinished_uploads' | 'quarantine' | 'database';
  bytes: number;
  count?: number;
  share: number; // of the largest, 0 … 1
}

export function kindsOf(storage: Storage): StorageKind[] {
  const files = (['originals', 'displays', 'thumbnails', 'tiles', 'unfinished_uploads', 'quarantine'] as const).map((name) => ({ name, ...storage[name] }));
  const all = [...files, { name: 'database' as const, bytes: storage.database_bytes }];
  const most = Math.max(1, ...all.map(({ bytes }) => bytes));
  return all.map((kind) => ({ ...kind, share: kind.bytes / most }));
}

// Ten times what uploads leave alone is close enough to say something, whatever the size of the disk.
export const isRoomLow = ({ free_bytes: free, min_free_bytes: kept }: Storage): boolean => free !== null && free < kept * 10;
