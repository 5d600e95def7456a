// Small pieces of drawing that may come a moment later, done between frames so that none of them is late.
const share = 5; // milliseconds at a time

const pieces = new Set<() => void>();
let isPlanned = false;

function plan(): void {
  if (isPlanned || pieces.size === 0) return;
  isPlanned = true;
  requestAnimationFrame(() => setTimeout(work));
}

function work(): void {
  isPlanned = false;
  const end = performance.now() + share;
  for (const piece of pieces) {
    pieces.delete(piece);
    piece();
    if (performance.now() >= end) break;
  }
  plan();
}

// Answers what calls it off.
export function inSpareTime(piece: () => void): () => void {
  pieces.add(piece);
  plan();
  return () => void pieces.delete(piece);
}
