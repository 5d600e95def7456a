// Computes the SHA-256 of files beside the page. Not the browser's own digest: that wants a whole file in memory, and is
// missing where pages come without TLS, as in many a workshop's network.
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';

export interface HashQuestion {
  id: number;
  file: Blob;
}
export interface HashAnswer {
  id: number;
  hash: string | null; // null: the file cannot be read any more
}

const pieceBytes = 1 << 20;

async function hashOf(file: Blob): Promise<string> {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += pieceBytes) {
    hash.update(new Uint8Array(await file.slice(at, at + pieceBytes).arrayBuffer()));
  }
  return bytesToHex(hash.digest());
}

// Files one after the other: more at once would only share the same core.
let before: Promise<unknown> = Promise.resolve();

self.addEventListener('message', ({ data: { id, file } }: MessageEvent<HashQuestion>) => {
  before = before
    .then(() => hashOf(file))
    .then(
      (hash) => ({ id, hash }),
      () => ({ id, hash: null }),
    )
    .then((answer: HashAnswer) => self.postMessage(answer));
});
