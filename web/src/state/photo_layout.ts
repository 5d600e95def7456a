// Where everything in the grid of photos stands: days, their segments, rows and pictures. Pure arithmetic in CSS pixels.
// Heights follow from the segments alone, so that the whole length is known before any photo is.

export interface Segment {
  day: string;
  count: number;
  ratio: number; // sum of width / height of its pictures, each as shownRatio() gives it
  cursor: string | null;
}

export interface GridMeasures {
  width: number;
  rowHeight: number; // that rows come near to
  gap: number;
  headHeight: number; // of a day's heading
}

export interface PlacedSegment {
  index: number;
  segment: Segment;
  isFirstOfDay: boolean; // its heading stands above it, inside `top` … `top + height`
  top: number;
  rowsTop: number;
  height: number;
  rows: number;
  rowHeight: number; // equal for all rows of a segment
  isFilled: boolean; // rows reach from edge to edge; a lone short one does not
}

export interface Layout {
  placed: PlacedSegment[];
  height: number;
}

// Beyond these, panoramas and strips are shown cut. The server sums the same.
export function shownRatio(width: number, height: number): number {
  return width > 0 && height > 0 ? Math.min(Math.max(width / height, 0.5), 3) : 1;
}

// Of `rows` rows as high as they come when all pictures together fill them from edge to edge.
function filledHeight(segment: Segment, rows: number, { width, gap }: GridMeasures): number {
  return (rows * width - (segment.count - rows) * gap) / segment.ratio;
}

function rowsOf(segment: Segment, measures: GridMeasures): Pick<PlacedSegment, 'rows' | 'rowHeight' | 'isFilled'> {
  const { width, rowHeight, gap } = measures;
  const natural = segment.ratio * rowHeight + (segment.count - 1) * gap;
  if (natural <= width) return { rows: 1, rowHeight, isFilled: false };
  const rows = Math.min(Math.max(Math.round((natural + gap) / (width + gap)), 1), segment.count);
  // Whole pixels: rows would else begin on fractions, and pictures blur.
  return { rows, rowHeight: Math.max(Math.round(filledHeight(segment, rows, measures)), 1), isFilled: true };
}

export function placeSegments(segments: readonly Segment[], measures: GridMeasures): Layout {
  const placed: PlacedSegment[] = [];
  let top = 0;
  segments.forEach((segment, index) => {
    const isFirstOfDay = segment.day !== segments[index - 1]?.day;
    const rowsTop = top + (isFirstOfDay ? measures.headHeight : 0);
    const shape = rowsOf(segment, measures);
    const height = rowsTop - top + shape.rows * (shape.rowHeight + measures.gap);
    placed.push({ index, segment, isFirstOfDay, top, rowsTop, height, ...shape });
    top += height;
  });
  return { placed, height: top };
}

// The last segment that begins at or above `y`; −1 when there is none.
export function segmentAt(placed: readonly PlacedSegment[], y: number): number {
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (placed[middle]!.top <= y) low = middle + 1;
    else high = middle;
  }
  return placed.length ? Math.max(low - 1, 0) : -1;
}

export interface Place {
  row: number;
  left: number;
  width: number;
}

// Breaks `ratios` into exactly `rows` rows, each as near to its share of all as pictures allow, none empty.
function breakRows(ratios: readonly number[], rows: number): number[][] {
  const total = ratios.reduce((sum, ratio) => sum + ratio, 0);
  const broken: number[][] = [];
  let next = 0;
  let sum = 0;
  for (let row = 0; row < rows; row += 1) {
    const target = ((row + 1) * total) / rows;
    const last = ratios.length - (rows - row - 1); // the rows that follow need one each
    const members: number[] = [];
    while (next < last && (members.length === 0 || row === rows - 1 || sum + ratios[next]! / 2 <= target)) {
      sum += ratios[next]!;
      members.push(next);
      next += 1;
    }
    broken.push(members);
  }
  return broken;
}

// Where each of a segment's pictures stands. Pictures of a filled row are widened or narrowed together until it is full,
// and show that much less of themselves. There may be more or fewer than the segment was counted with.
export function placePhotos(ratios: readonly number[], placed: PlacedSegment, { width, gap }: GridMeasures): Place[] {
  const places: Place[] = [];
  const rows = Math.min(placed.rows, ratios.length);
  breakRows(ratios, rows).forEach((members, row) => {
    const sum = members.reduce((total, index) => total + ratios[index]!, 0);
    const room = width - (members.length - 1) * gap;
    const unit = placed.isFilled ? room / sum : Math.min(placed.rowHeight, room / sum);
    let left = 0;
    for (const index of members) {
      const wide = unit * ratios[index]!;
      places[index] = { row, left, width: wide };
      left += wide + gap;
    }
  });
  return places;
}

// The picture of the row `by` below (or above) that stands nearest under the middle of picture `from`; −1 at the edge.
export function verticalNeighbour(places: readonly Place[], from: number, by: 1 | -1): number {
  const start = places[from];
  if (!start) return -1;
  return nearestInRow(places, start.row + by, start.left + start.width / 2);
}

export function nearestInRow(places: readonly Place[], row: number, middle: number): number {
  let nearest = -1;
  let distance = Infinity;
  places.forEach((place, index) => {
    if (place.row !== row) return;
    const far = Math.abs(place.left + place.width / 2 - middle);
    if (far < distance) [nearest, distance] = [index, far];
  });
  return nearest;
}

export interface Month {
  name: string; // "2026-11"
  top: number;
}

// Where each month begins, for the scrubber.
export function monthsOf(placed: readonly PlacedSegment[]): Month[] {
  const months: Month[] = [];
  for (const { segment, top } of placed) {
    const name = segment.day.slice(0, 7);
    if (months[months.length - 1]?.name !== name) months.push({ name, top });
  }
  return months;
}
