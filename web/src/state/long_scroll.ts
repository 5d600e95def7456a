// Scrolls through a length that may be longer than browsers lay out (Chromium: 33,554,428 CSS pixels, Firefox about
// half of it). The box that scrolls is shorter; near its ends it stands for the ends of the length pixel by pixel, and
// between them its middle stands for wherever one is. Nothing here moves what is seen.

const longest = 8_000_000; // pixels of the real box
const edge = 1_000_000; // that stand for themselves at each end: farther than anybody scrolls without a pause

export function boxHeight(length: number): number {
  return Math.min(length, longest);
}

// Where the box is best scrolled to while `y` of the length is at the top of a window `view` high.
export function boxPosition(y: number, length: number, view: number): number {
  const box = boxHeight(length);
  if (box === length || y <= edge) return y;
  const toEnd = length - view - y;
  if (toEnd <= edge) return box - view - toEnd;
  const share = (y - edge) / (length - view - 2 * edge);
  return Math.round(edge + share * (box - view - 2 * edge));
}
