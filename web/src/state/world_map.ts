// The map itself, by Leaflet: the outline of the world that comes along, and tiles where a server of them is set. It is
// imported only where a map is shown.
import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import outlineAddress from 'world-atlas/countries-50m.json?url';
import { api } from '../api/client';
import { dataOf } from '../api/problem';
import type { components } from '../api/schema';
import { unrolled, type Ring } from './map_outline';
import { boxOfWindow, closestZoom, type Box, type View } from './map_view';

type Atlas = Topology<{ countries: GeometryCollection }>;

export type MapSource = components['schemas']['Map'];

export const mapSource = (): Promise<MapSource> => dataOf(api.GET('/api/v1/map'));

const farthest = 85.05; // degrees of latitude: where the square world of web maps ends

export function makeMap(box: HTMLElement, view: View): L.Map {
  const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = L.map(box, {
    center: [view.latitude, view.longitude],
    zoom: view.zoom,
    minZoom: 1,
    maxZoom: closestZoom,
    maxBounds: [
      [-farthest, -100_000],
      [farthest, 100_000],
    ],
    maxBoundsViscosity: 1,
    zoomControl: false, // our own have words in each language,
    attributionControl: false, // and our own holds text: this one would take it as HTML
    zoomAnimation: !isStill,
    fadeAnimation: !isStill,
    inertia: !isStill,
    worldCopyJump: true,
  });
  map.createPane('outline').style.zIndex = '150'; // below the tiles
  return map;
}

// Three times, so that the map goes on over the 180° meridian.
export async function drawOutline(map: L.Map): Promise<void> {
  const answer = await fetch(outlineAddress);
  if (!answer.ok) throw new Error(`the outline of the world: ${answer.status}`);
  const atlas = (await answer.json()) as Atlas;
  const countries = feature(atlas, atlas.objects.countries).features.map(({ geometry }) => {
    if (geometry.type === 'Polygon') return [geometry.coordinates.map(unrolled)];
    return geometry.type === 'MultiPolygon' ? geometry.coordinates.map((polygon) => polygon.map(unrolled)) : [];
  });
  const renderer = L.svg({ pane: 'outline', padding: 0.5 });
  for (const shift of [0, -360, 360]) {
    const placed = (ring: Ring) => ring.map(([longitude = 0, latitude = 0]) => L.latLng(latitude, longitude + shift));
    for (const country of countries) {
      const shape = country.map((polygon) => polygon.map(placed));
      L.polygon(shape, { pane: 'outline', renderer, interactive: false, className: 'world-map__land', weight: 1, fillOpacity: 1 }).addTo(map);
    }
  }
}

export function drawTiles(map: L.Map, pattern: string, onFailure: () => void): void {
  // Tile servers want to know who asks; the origin is all they learn.
  const tiles = L.tileLayer(pattern, { maxZoom: closestZoom, referrerPolicy: 'strict-origin', crossOrigin: false });
  tiles.once('tileerror', onFailure);
  tiles.addTo(map);
}

export function viewOfMap(map: L.Map): View {
  const { lat, lng } = map.getCenter();
  return { latitude: lat, longitude: lng, zoom: map.getZoom() };
}

export function boxOfMap(map: L.Map): Box {
  const bounds = map.getBounds();
  return boxOfWindow(bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth());
}

const margin = 48; // pixels round what is to be seen

// The box may cross the 180° meridian.
function boundsOf([west, south, east, north]: Box): L.LatLngBounds {
  return L.latLngBounds([south, west], [north, west > east ? east + 360 : east]);
}

export function showBox(map: L.Map, box: Box, most: number = closestZoom): void {
  map.fitBounds(boundsOf(box), { padding: [margin, margin], maxZoom: most });
}

// How near showBox() would come.
export const zoomOfBox = (map: L.Map, box: Box): number => Math.min(map.getBoundsZoom(boundsOf(box), false, L.point(2 * margin, 2 * margin)), closestZoom);
