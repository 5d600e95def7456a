// What can wait until a page stands: everything that would share the line and the processor with what a person waits for.
import { runningRequests } from '../api/client';

const pause = 150; // milliseconds between looks
const longest = 10_000; // milliseconds; a page that is never quiet must not keep the rest from ever coming

function isQuiet(): boolean {
  return document.readyState === 'complete' && runningRequests() === 0 && [...document.images].every((one) => one.complete || one.loading === 'lazy');
}

// A slow machine may be quiet because it has no time: it looks when it has nothing else to do.
const whenIdle = (run: () => void) => (typeof requestIdleCallback === 'function' ? requestIdleCallback(run, { timeout: longest }) : run());

// Quiet at two looks in a row: between an answer and the pictures it names lies a moment without any request.
export function whenSettled(run: () => void): void {
  const end = Date.now() + longest;
  let quietLooks = 0;
  const look = () => {
    quietLooks = isQuiet() ? quietLooks + 1 : 0;
    if (quietLooks >= 2 || Date.now() > end) run();
    else soon();
  };
  const soon = () => setTimeout(() => whenIdle(look), pause);
  soon();
}
