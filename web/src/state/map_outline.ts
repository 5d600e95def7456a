// Rings of the world's outline as a flat map needs them. The atlas is of a globe: where a ring crosses the 180°
// meridian, its longitudes leap, which on a flat map would be a line from edge to edge.
export type Point = number[]; // longitude, latitude
export type Ring = Point[];

// Longitudes go on beyond ±180 instead; a ring round a pole is closed along the map's edge.
export function unrolled(ring: Ring): Ring {
  const flat: Ring = [];
  let shift = 0;
  for (const [longitude = 0, latitude = 0] of ring) {
    const last = flat[flat.length - 1];
    const leap = last ? longitude + shift - last[0]! : 0;
    if (Math.abs(leap) > 180) shift -= Math.sign(leap) * 360;
    flat.push([longitude + shift, latitude]);
  }
  const [first, last] = [flat[0], flat[flat.length - 1]];
  if (first && last && Math.abs(first[0]! - last[0]!) > 180) {
    const pole = Math.sign(last[1]!) * 90;
    flat.push([last[0]!, pole], [first[0]!, pole], first);
  }
  return flat;
}
