// Sends one photo to a job. XMLHttpRequest, because fetch tells nothing of an upload's progress.
import { currentCsrfToken, reportSignedOut } from './client';
import { Problem, problemOf } from './problem';
import { text } from '../strings';

export interface Transfer {
  done: Promise<void>; // rejects with a Problem
  abort(): void;
}

// The server cannot take the photo just now, but in this many seconds it may: there is no fault in the photo.
export class Busy extends Problem {
  constructor(
    readonly seconds: number,
    status = 429,
  ) {
    super(status, text.errors.ofStatus(status));
  }
}

// Seconds to wait where the answer does not say. Who answers 503 without saying is often a proxy whose server is
// starting anew, which takes longer than a place in the queue to come free.
const usualWaits: Record<number, number> = { 429: 1, 503: 5 };

function bodyOf(request: XMLHttpRequest): unknown {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return undefined;
  }
}

function failureOf(request: XMLHttpRequest): Problem {
  if (request.status === 401) reportSignedOut();
  const usualWait = usualWaits[request.status];
  if (usualWait) return new Busy(Number(request.getResponseHeader('Retry-After')) || usualWait, request.status);
  const problem = problemOf(request.status, bodyOf(request));
  return request.status === 400 ? new Problem(400, text.uploads.refused(problem.message)) : problem;
}

// `onProgress` gets the sent part, 0 … 1.
export function sendJobImage(
  jobId: number,
  file: File,
  description: string,
  onProgress: (part: number) => void,
): Transfer {
  const request = new XMLHttpRequest();
  const done = new Promise<void>((resolve, reject) => {
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => (request.status === 200 ? resolve() : reject(failureOf(request)));
    request.onerror = () => reject(new Problem(0, text.errors.offline));
    request.ontimeout = () => reject(new Problem(0, text.errors.offline));
    request.onabort = () => reject(new Problem(0, text.uploads.cancelled));
  });
  const form = new FormData();
  form.append('description', description);
  form.append('image', file, file.name);
  request.open('POST', `/job/${jobId}/add_image`);
  request.setRequestHeader('X-CSRF-Token', currentCsrfToken());
  request.send(form);
  return { done, abort: () => request.abort() };
}
