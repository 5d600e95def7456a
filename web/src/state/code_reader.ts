// Codes in pictures, read by a worker that starts with the first picture.
import type { CodeAnswer, CodeQuestion } from '../workers/codes';

export interface CodeReader {
  read(picture: ImageData): Promise<string[]>; // one at a time; throws when the reader cannot be loaded
  close(): void;
}

export function openCodeReader(): CodeReader {
  const worker = new Worker(new URL('../workers/codes.ts', import.meta.url), { type: 'module' });
  let answer: ((codes: string[] | null) => void) | null = null;
  worker.addEventListener('message', ({ data }: MessageEvent<CodeAnswer>) => answer?.(data.codes));
  worker.addEventListener('error', () => answer?.(null));
  return {
    async read(picture) {
      const codes = await new Promise<string[] | null>((resolve) => {
        answer = resolve;
        const question: CodeQuestion = { picture };
        worker.postMessage(question, [picture.data.buffer]);
      });
      if (codes === null) throw new Error('no reader');
      return codes;
    },
    close: () => worker.terminate(),
  };
}
