// Positions as people type and read them.

// The number in a field: null when it is empty, undefined when it is none. A comma may stand for the point.
export function numberIn(typed: string): number | null | undefined {
  const trimmed = typed.trim().replace(',', '.');
  if (!trimmed) return null;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : undefined;
}

export const asPosition = (latitude: number, longitude: number): string => `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

// Where this device is; rejects when it does not know or may not tell.
export function ownPosition(): Promise<GeolocationCoordinates> {
  return new Promise((resolve, reject) => {
    if (!('geolocation' in navigator)) return reject(new Error('no geolocation'));
    navigator.geolocation.getCurrentPosition(({ coords }) => resolve(coords), reject, { enableHighAccuracy: true, timeout: 10_000 });
  });
}
