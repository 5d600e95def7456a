// Answers that begin/begin.js has asked for while the scripts were on their way, by address. Each is taken once, and
// only by the page that the browser was opened at.

declare global {
  interface Window {
    sightglassEarly?: Map<string, Promise<Response>>;
  }
}

export function takeEarly({ method, url }: Request): Promise<Response> | undefined {
  if (method !== 'GET') return undefined;
  const { pathname, search } = new URL(url);
  const answer = window.sightglassEarly?.get(pathname + search);
  window.sightglassEarly?.delete(pathname + search);
  return answer;
}

export function forgetEarly(): void {
  window.sightglassEarly?.clear();
}
