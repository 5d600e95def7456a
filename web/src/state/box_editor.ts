// Boxes over a picture to be drawn, moved and resized by mouse, pen or finger, by Annotorious. What is said here is in
// shares of the picture as it is shown.
import { createImageAnnotator, ShapeType, type ImageAnnotation, type RectangleGeometry } from '@annotorious/annotorious';
import '@annotorious/annotorious/annotorious.css';
import { insidePicture, isSamePlace, type PlacedBox } from './box_places';
import type { Place } from './photo_marks';

export interface BoxEditorEvents {
  selected: (id: string | null) => void;
  moved: (id: string, place: Place) => void; // let go of
  drawn: (place: Place) => void;
}

export interface BoxEditor {
  show(boxes: readonly PlacedBox[], selected: string | null): void;
  destroy(): void;
}

// `canvas` lies over the picture and has its size in pixels; nothing is drawn on it.
export function openBoxEditor(canvas: HTMLCanvasElement, events: BoxEditorEvents): BoxEditor {
  const annotator = createImageAnnotator(canvas, { drawingMode: 'drag' });
  const { element } = annotator;
  let known: readonly PlacedBox[] = [];
  let selected: string | null = null;
  let isHeld = false;
  let isGone = false;
  let isBehind = false; // something was to be shown while a box was held

  const annotationOf = ({ id, x, y, width, height }: PlacedBox): ImageAnnotation => {
    const [left, top, across, down] = [x * canvas.width, y * canvas.height, width * canvas.width, height * canvas.height];
    const bounds = { minX: left, minY: top, maxX: left + across, maxY: top + down };
    return { id, bodies: [], target: { annotation: id, selector: { type: ShapeType.RECTANGLE, geometry: { x: left, y: top, w: across, h: down, rot: 0, bounds } as RectangleGeometry } } };
  };
  const placeOf = ({ target }: ImageAnnotation): Place => {
    const { x, y, w, h } = target.selector.geometry as RectangleGeometry;
    return insidePicture({ x: x / canvas.width, y: y / canvas.height, width: w / canvas.width, height: h / canvas.height });
  };

  // Putting boxes there anew takes the handles away from under a hand, so that what stands already is left alone.
  function stands(): boolean {
    const there = annotator.getAnnotations();
    return there.length === known.length && (annotator.getSelected()[0]?.id ?? null) === selected
      && known.every((box) => there.some((one) => one.id === box.id && isSamePlace(placeOf(one), box)));
  }

  function put(): void {
    isBehind = false;
    if (stands()) return;
    annotator.setAnnotations(known.map(annotationOf), true);
    if (selected !== null && known.some(({ id }) => id === selected)) annotator.setSelected(selected, true);
    else annotator.setSelected();
  }

  // What a hand has just done, once the library has dealt with it.
  function tell(): void {
    const now = annotator.getSelected()[0] ?? null;
    const before = known.find(({ id }) => id === now?.id);
    if (now && !before) {
      const place = placeOf(now);
      put();
      return events.drawn(place);
    }
    if ((now?.id ?? null) !== selected) {
      selected = now?.id ?? null;
      return events.selected(selected);
    }
    if (now && before && !isSamePlace(placeOf(now), before)) return events.moved(now.id, placeOf(now));
    if (isBehind) put();
  }
  function hold(): void {
    isHeld = true;
  }
  // The library keeps some of what happens on its handles to itself, so that these come first; what was done is looked at
  // when the library is done.
  function letGo(): void {
    isHeld = false;
    setTimeout(() => isGone || tell());
  }
  element.addEventListener('pointerdown', hold, true);
  element.addEventListener('pointerdown', (event) => event.stopPropagation()); // the picture stays where it is
  element.addEventListener('pointerup', letGo, true);
  element.addEventListener('pointercancel', letGo, true);

  // The library's handles are for hands: keys have ways of their own, and a button without words is none.
  const silence = () => element.querySelectorAll('[role=button]').forEach((handle) => ['role', 'tabindex'].forEach((name) => handle.removeAttribute(name)));
  const watcher = new MutationObserver(silence);
  watcher.observe(element, { childList: true, subtree: true });
  const layer = element.querySelector('svg');
  layer?.removeAttribute('tabindex');
  layer?.setAttribute('role', 'presentation');

  return {
    show(boxes, wanted) {
      [known, selected] = [boxes, wanted];
      if (isHeld) isBehind = true;
      else put();
    },
    destroy() {
      isGone = true;
      watcher.disconnect();
      annotator.destroy();
    },
  };
}
