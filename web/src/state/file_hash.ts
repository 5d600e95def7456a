// The SHA-256 of a file in hexadecimal digits, computed by a worker that starts with the first file.
import type { HashAnswer, HashQuestion } from '../workers/hash';

let worker: Worker | null = null;
let lastId = 0;
const waiting = new Map<number, (hash: string | null) => void>();

function start(): Worker {
  const made = new Worker(new URL('../workers/hash.ts', import.meta.url), { type: 'module' });
  made.addEventListener('message', ({ data: { id, hash } }: MessageEvent<HashAnswer>) => {
    waiting.get(id)?.(hash);
    waiting.delete(id);
  });
  return made;
}

// null when the file cannot be read, because it was moved or changed since it was chosen.
export function hashOfFile(file: Blob): Promise<string | null> {
  worker ??= start();
  const question: HashQuestion = { id: ++lastId, file };
  return new Promise((resolve) => {
    waiting.set(question.id, resolve);
    worker?.postMessage(question);
  });
}
