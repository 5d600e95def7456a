// Zooming and panning in one picture, by OpenSeadragon. The display image comes first; the original, which may be ten
// times its size, is fetched when somebody zooms in further than the display image goes, or tiles of it where the browser
// cannot show it.
import OpenSeadragon from 'openseadragon';
import type { Photo } from '../api/client';
import { fullResolutionOf, type FullResolution } from './deep_zoom_rules';
import { openTiles, type PhotoTiles } from './photo_tiles';

const nearHome = 1.02; // times the zoom that fits the window: still the whole picture
const followTime = 100; // milliseconds within which a view that was set has been drawn
const mostMagnified = 4; // screen pixels for one of the picture

// What part of a picture is seen, in shares of its size, and so the same for pictures of another size and form.
export interface ZoomView {
  zoom: number; // 1: the whole picture fits the window
  x: number; // the centre, as a share of the width
  y: number; // and of the height
}

export interface DeepZoom {
  show(photo: Photo): void;
  zoomBy(factor: number): void;
  home(): void;
  isAtHome(): boolean;
  setView(view: ZoomView): void;
  mark(element: HTMLElement, photo: Photo): void; // lays it over the picture
  destroy(): void;
}

export interface DeepZoomEvents {
  shown: () => void; // the picture is drawn
  failed: () => void;
  sharpened: () => void; // the original is drawn
  preparing: (isPreparing: boolean) => void; // tiles are asked for
  coarse: (why: 'lost' | 'failed') => void; // there is no more than the display image
  moved: (view: ZoomView, isByHand: boolean) => void;
}

const device = () => (window.matchMedia('(pointer: coarse)').matches ? 'phone' : 'desk');
const still = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches;
const source = (url: string) => ({ type: 'image', url, buildPyramid: false });

const isLying = (photo: Photo) => photo.rotation % 180 !== 0;

// Where the original, which nobody turned, covers the display image: it is turned about its middle.
function placeOf(photo: Photo) {
  const { rotation: degrees } = photo;
  const height = photo.height / Math.max(1, photo.width); // of what is shown, for a width of 1
  return isLying(photo) ? { degrees, x: (1 - height) / 2, y: (height - 1) / 2, width: height } : { degrees, x: 0, y: 0, width: 1 };
}

export function openDeepZoom(element: HTMLElement, events: DeepZoomEvents): DeepZoom {
  const viewer = new OpenSeadragon.Viewer({
    element,
    drawer: 'canvas',
    showNavigationControl: false,
    animationTime: still() ? 0 : 0.35,
    blendTime: 0,
    visibilityRatio: 1,
    constrainDuringPan: true,
    minZoomImageRatio: 1,
    tabIndex: -1,
    tileRetryMax: 3, // of tiles that went from the server's cache meanwhile
    tileRetryDelay: 2000,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true, flickEnabled: false },
    gestureSettingsTouch: { clickToZoom: false, dblClickToZoom: true },
    gestureSettingsPen: { clickToZoom: false, dblClickToZoom: true },
  });
  let shown: Photo | null = null;
  let wanted: FullResolution = 'none'; // and not asked for yet
  let followsUntil = 0; // what moves before is the work of setView(), not of a hand
  let isGone = false;
  let marks: HTMLElement | null = null;
  let isWhole = true; // as somebody left it
  let isResizing = false;

  // The page has its own keys.
  viewer.addHandler('canvas-key', (event) => {
    (event as { preventDefaultAction?: boolean }).preventDefaultAction = true;
  });

  function loadOriginal(photo: Photo): void {
    viewer.addTiledImage({
      tileSource: source(photo.original_url ?? ''),
      ...placeOf(photo),
      success: (event) => {
        const image = (event as unknown as { item: OpenSeadragon.TiledImage }).item;
        const { x, y } = image.getContentSize();
        // A browser that reads the orientation otherwise would show the picture lying on its side.
        const upright = isLying(photo) ? { width: photo.height, height: photo.width } : photo;
        if (shown === photo && x === upright.width && y === upright.height) return events.sharpened();
        viewer.world.removeItem(image);
        if (shown === photo) void loadTiles(photo);
      },
      error: () => shown === photo && void loadTiles(photo), // a kind that this browser does not read
    });
  }

  function addTiles(photo: Photo, tiles: PhotoTiles): void {
    viewer.addTiledImage({
      tileSource: tiles as unknown as OpenSeadragon.TileSourceOptions,
      x: 0,
      y: 0,
      width: 1,
      success: (event) => {
        const image = (event as unknown as { item: OpenSeadragon.TiledImage }).item;
        if (shown !== photo) return viewer.world.removeItem(image);
        image.addHandler('fully-loaded-change', ({ fullyLoaded }) => fullyLoaded && shown === photo && events.sharpened());
      },
    });
  }

  async function loadTiles(photo: Photo): Promise<void> {
    const isWanted = () => !isGone && shown === photo;
    events.preparing(true);
    const tiles = await openTiles(photo, isWanted);
    if (!isWanted()) return;
    events.preparing(false);
    if (typeof tiles === 'string') events.coarse(tiles);
    else addTiles(photo, tiles);
  }

  function sharpen(): void {
    if (!shown || wanted === 'none') return;
    const pixels = viewer.viewport.getZoom(true) * element.clientWidth * window.devicePixelRatio;
    if (pixels <= shown.display_width * 1.1) return;
    const from = wanted;
    wanted = 'none';
    if (from === 'original') loadOriginal(shown);
    else void loadTiles(shown);
  }

  const form = () => (shown ? shown.display_height / Math.max(1, shown.display_width) : 1); // height for a width of 1
  const homeZoom = () => viewer.viewport.getHomeZoom();
  const isAtHome = () => !viewer.isOpen() || viewer.viewport.getZoom(false) <= homeZoom() * nearHome;
  const bound = (photo: Photo) => {
    const largest = (mostMagnified * photo.width) / Math.max(1, element.clientWidth * window.devicePixelRatio);
    (viewer.viewport as OpenSeadragon.Viewport & { maxZoomLevel: number }).maxZoomLevel = Math.max(largest, homeZoom());
  };

  viewer.addHandler('open', () => {
    isWhole = true;
    if (shown) bound(shown);
    if (marks && shown) lay(marks, shown);
    viewer.addOnceHandler('tile-drawn', () => events.shown());
  });
  viewer.addHandler('zoom', () => (isWhole = isResizing ? isWhole : isAtHome()));
  viewer.addHandler('open-failed', () => events.failed());
  // A whole picture stays whole when the window, or the panel beside it, takes or leaves room. The library keeps its own
  // idea of the same view, and sets it after its event.
  viewer.addHandler('resize', () => {
    isResizing = true;
    requestAnimationFrame(() => {
      isResizing = false;
      if (isGone || !shown || !viewer.isOpen()) return;
      bound(shown);
      if (isWhole) viewer.viewport.goHome(true);
    });
  });
  viewer.addHandler('viewport-change', () => {
    sharpen();
    const { x, y } = viewer.viewport.getCenter(true);
    events.moved({ zoom: viewer.viewport.getZoom(true) / homeZoom(), x, y: y / form() }, performance.now() > followsUntil);
  });

  function lay(over: HTMLElement, photo: Photo): void {
    viewer.removeOverlay(over);
    viewer.addOverlay({ element: over, location: new OpenSeadragon.Rect(0, 0, 1, photo.height / Math.max(1, photo.width)) });
  }

  return {
    show(photo) {
      shown = photo;
      wanted = fullResolutionOf(photo, device());
      viewer.open(source(photo.display_url) as unknown as OpenSeadragon.TileSourceOptions);
    },
    zoomBy(factor) {
      if (!viewer.isOpen()) return;
      viewer.viewport.zoomBy(factor);
      viewer.viewport.applyConstraints();
    },
    home: () => viewer.isOpen() && viewer.viewport.goHome(still()),
    isAtHome,
    setView({ zoom, x, y }) {
      if (!viewer.isOpen()) return;
      followsUntil = performance.now() + followTime;
      viewer.viewport.zoomTo(zoom * homeZoom(), undefined, true);
      viewer.viewport.panTo(new OpenSeadragon.Point(x, y * form()), true);
    },
    mark(over, photo) {
      marks = over;
      if (viewer.isOpen()) lay(over, photo);
    },
    destroy() {
      isGone = true;
      viewer.destroy();
    },
  };
}
