// The clusters on the map: a button each, with a picture and how many photos there are.
import L from 'leaflet';
import { currentLocale, text } from '../strings';
import { merged, nearest, placeWords, type Cluster } from './map_view';

const size = 56; // pixels
const stillAClick = 6; // pixels that the pointer may move: more is the map being dragged

const keyOf = (cluster: Cluster) => `${cluster.photo_id} ${cluster.count} ${cluster.latitude} ${cluster.longitude}`;

function buttonOf(cluster: Cluster): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'cluster';
  button.setAttribute('aria-label', text.map.cluster(cluster.count, placeWords(cluster.latitude, cluster.longitude)));
  const picture = document.createElement('img');
  picture.alt = '';
  picture.draggable = false;
  picture.decoding = 'async';
  picture.src = `/api/v1/images/photos/${cluster.photo_id}/thumbnail`;
  button.append(picture);
  if (cluster.count === 1) return button;
  const count = document.createElement('span');
  count.className = 'cluster__count';
  count.textContent = cluster.count.toLocaleString(currentLocale(), cluster.count < 10_000 ? {} : { notation: 'compact' });
  button.append(count);
  return button;
}

function whenClicked(button: HTMLButtonElement, run: () => void): void {
  let start: { x: number; y: number } | null = null;
  button.addEventListener('pointerdown', ({ clientX: x, clientY: y }) => (start = { x, y }));
  button.addEventListener('click', (event) => {
    const wasDragged = event.detail > 0 && start !== null && Math.hypot(event.clientX - start.x, event.clientY - start.y) > stillAClick;
    event.stopPropagation();
    if (!wasDragged) run();
  });
  button.addEventListener('dblclick', (event) => event.stopPropagation());
  // The map's own keys move it; a button's press is its own.
  button.addEventListener('keydown', (event) => (event.key === 'Enter' || event.key === ' ') && event.stopPropagation());
}

interface Shown {
  marker: L.Marker;
  button: HTMLButtonElement;
}

export interface ClusterButtons {
  show(clusters: readonly Cluster[]): number; // how many places they are on the screen
  focusNear(latitude: number, longitude: number): void;
}

export function useClusterButtons(map: L.Map, open: (cluster: Cluster) => void): ClusterButtons {
  const shown = new Map<string, Shown>();
  const at = (cluster: Cluster) => map.latLngToContainerPoint([cluster.latitude, nearest(cluster.longitude, map.getCenter().lng)]);

  function add(cluster: Cluster): Shown {
    const button = buttonOf(cluster);
    whenClicked(button, () => open(cluster));
    const icon = L.divIcon({ html: button, className: 'cluster-place', iconSize: [size, size] });
    const place: L.LatLngTuple = [cluster.latitude, nearest(cluster.longitude, map.getCenter().lng)];
    const marker = L.marker(place, { icon, keyboard: false, interactive: false }).addTo(map);
    return { marker, button };
  }

  function focusNear(latitude: number, longitude: number): void {
    const target = map.latLngToContainerPoint([latitude, nearest(longitude, map.getCenter().lng)]);
    const far = ({ marker }: Shown) => map.latLngToContainerPoint(marker.getLatLng()).distanceTo(target);
    const [first] = [...shown.values()].sort((one, other) => far(one) - far(other));
    (first?.button ?? map.getContainer()).focus({ preventScroll: true });
  }

  return {
    // Buttons that stay the same are left alone, so that the focus stays too.
    show(clusters) {
      const wanted = new Map(merged(clusters, at, size).map((cluster) => [keyOf(cluster), cluster]));
      let lost: L.LatLng | null = null;
      for (const [key, { marker, button }] of shown) {
        if (wanted.has(key)) {
          const { lat, lng } = marker.getLatLng();
          marker.setLatLng([lat, nearest(lng, map.getCenter().lng)]);
          continue;
        }
        if (document.activeElement === button) lost = marker.getLatLng();
        marker.remove();
        shown.delete(key);
      }
      for (const [key, cluster] of wanted) if (!shown.has(key)) shown.set(key, add(cluster));
      if (lost) focusNear(lost.lat, lost.lng);
      return wanted.size;
    },
    focusNear,
  };
}
