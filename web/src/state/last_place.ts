// Where in the timeline somebody was, so that the way back from a photo leads there.
let last: { query: string; top: number } | null = null;

export function rememberPlace(query: string, top: number): void {
  last = { query, top };
}

// The place and the photo that was looked at last, after coming back from it; null on any other way here.
export function placeToReturnTo(query: string): { top: number; photo: string } | null {
  const forward: unknown = window.history.state?.forward;
  const photo = typeof forward === 'string' ? /^\/photo\/([^?#]+)/.exec(forward)?.[1] : undefined;
  return photo && last?.query === query ? { top: last.top, photo } : null;
}
