// Sends files in pieces through the tus protocol, and asks what became of them.
import { DetailedError, Upload as Tus } from 'tus-js-client';
import { api, currentCsrfToken } from './client';
import { dataOf, Problem, problemOf } from './problem';
import type { components } from './schema';

export type UploadOutcome = components['schemas']['Upload'];

const endpoint = '/api/v1/uploads';

export interface Sending {
  done: Promise<void>; // when every byte is there; rejects with a Problem
  abort(): Promise<void>;
}

export interface Shipment {
  file: Blob;
  url: string | null; // where an earlier attempt left off
  metadata: Record<string, string>;
  onUrl: (url: string) => void;
  onProgress: (sent: number) => void;
}

// A request that got no answer has the status 0, as everywhere in the pages.
function problemIn(cause: Error): Problem {
  const answer = cause instanceof DetailedError ? cause.originalResponse : null;
  if (!answer) return problemOf(0, undefined);
  let body: unknown;
  try {
    body = JSON.parse(answer.getBody());
  } catch {
    body = undefined; // of a proxy: not our words
  }
  return problemOf(answer.getStatus(), body);
}

// One attempt; whether and when to try again is the queue's decision. An address that the server has forgotten makes the
// file begin anew.
export function sendResumable({ file, url, metadata, onUrl, onProgress }: Shipment): Sending {
  let stop: () => Promise<void> = () => Promise.resolve();
  const done = new Promise<void>((resolve, reject) => {
    const tus = new Tus(file, {
      endpoint,
      uploadUrl: url,
      metadata,
      retryDelays: null,
      storeFingerprintForResuming: false,
      onBeforeRequest: (request) => request.setHeader('X-CSRF-Token', currentCsrfToken()),
      onUploadUrlAvailable: () => tus.url && onUrl(tus.url),
      onProgress,
      onSuccess: () => resolve(),
      onError: (cause) => reject(problemIn(cause)),
    });
    stop = async () => {
      await tus.abort(false);
      reject(new Problem(0, ''));
    };
    tus.start();
  });
  return { done, abort: () => stop() };
}

const idIn = (url: string) => url.slice(url.lastIndexOf('/') + 1);

export function outcomeOf(url: string): Promise<UploadOutcome> {
  return dataOf(api.GET('/api/v1/uploads/{id}', { params: { path: { id: idIn(url) } } }));
}

// For a file whose bytes are all there but which the server could not take in: asks it to try again.
export async function askToStore(url: string, length: number): Promise<void> {
  const answer = await fetch(url, {
    method: 'PATCH',
    credentials: 'same-origin',
    headers: {
      'Tus-Resumable': '1.0.0',
      'Upload-Offset': String(length),
      'Content-Type': 'application/offset+octet-stream',
      'X-CSRF-Token': currentCsrfToken(),
    },
  }).catch(() => {
    throw problemOf(0, undefined);
  });
  if (!answer.ok) throw problemOf(answer.status, await answer.json().catch(() => undefined));
}

// Gives up what came so far. Nobody waits for it: the server forgets it by itself in the end.
export async function dropUpload(url: string): Promise<void> {
  await api.DELETE('/api/v1/uploads/{id}', {
    params: { path: { id: idIn(url) }, header: { 'Tus-Resumable': '1.0.0' } },
  });
}
