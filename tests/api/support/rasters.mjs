// Larger pictures made pixel by pixel, in a form that browsers do not show.

// An uncompressed RGB TIFF (TIFF 6.0, section 6) of one strip. `colour(x, y)` is [red, green, blue].
export function tiff(width, height, colour) {
  const entries = [
    [256, 4, width], [257, 4, height], [258, 3, 3, 8], [259, 3, 1], [262, 3, 2], [273, 4, 0], [277, 3, 3], [278, 4, height], [279, 4, width * height * 3],
  ];
  const bitsAt = 8 + 2 + entries.length * 12 + 4;
  const pixelsAt = bitsAt + 6;
  const head = Buffer.alloc(pixelsAt);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, type, value, bits], index) => {
    const at = 10 + index * 12;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(bits ? 3 : 1, at + 4);
    const written = bits ? bitsAt : tag === 273 ? pixelsAt : value;
    if (type === 3 && !bits) head.writeUInt16LE(written, at + 8);
    else head.writeUInt32LE(written, at + 8);
  });
  for (let band = 0; band < 3; band += 1) head.writeUInt16LE(8, bitsAt + band * 2);
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 3) pixels.set(colour(x, y), at);
  }
  return Buffer.concat([head, pixels]);
}

// Stripes of one pixel's width over corners of four colours: shrunk, the stripes turn grey, and turned, the corners
// change places. `seed` makes other bytes of it.
export function stripes(width, height, seed = 0) {
  return tiff(width, height, (x, y) => {
    if (x === 0 && y === 0) return [seed % 256, 0, 0];
    if (x % 2 === 0) return [0, 0, 0];
    return [x < width / 2 ? 255 : 60, y < height / 2 ? 255 : 60, 255];
  });
}

// What compresses badly.
export function noise(width, height, seed) {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16 & 255;
  return tiff(width, height, () => [next(), next(), next()]);
}
