// Writes EXIF 2.32 into a JPEG: a little-endian TIFF of the main directory, the camera's and the position's, in an APP1
// segment right after the start marker. What the picture held before stays behind it.
const ascii = (text) => {
  const bytes = Buffer.from(`${text}\0`);
  return { type: 2, count: bytes.length, bytes };
};
const long = (value) => ({ type: 4, count: 1, bytes: Buffer.from(Uint32Array.of(value).buffer) });
function degrees(value) {
  const all = Math.abs(value);
  const minutes = (all % 1) * 60;
  return { type: 5, count: 3, bytes: Buffer.from(Uint32Array.of(Math.floor(all), 1, Math.floor(minutes), 1, Math.round((minutes % 1) * 60_000), 1000).buffer) };
}

function directory(at, entries) {
  const head = Buffer.alloc(2 + entries.length * 12 + 4);
  const values = [];
  let next = at + head.length;
  head.writeUInt16LE(entries.length, 0);
  entries.forEach(([tag, { type, count, bytes }], place) => {
    const entry = 2 + place * 12;
    head.writeUInt16LE(tag, entry);
    head.writeUInt16LE(type, entry + 2);
    head.writeUInt32LE(count, entry + 4);
    if (bytes.length <= 4) {
      bytes.copy(head, entry + 8);
      return;
    }
    head.writeUInt32LE(next, entry + 8);
    const even = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);
    values.push(even);
    next += even.length;
  });
  return Buffer.concat([head, ...values]);
}

const positionEntries = ({ latitude, longitude }) => [
  [1, ascii(latitude < 0 ? 'S' : 'N')],
  [2, degrees(latitude)],
  [3, ascii(longitude < 0 ? 'W' : 'E')],
  [4, degrees(longitude)],
];

// `main` and `camera` hold texts by tag, each in rising order of tags.
export function withExif(jpeg, { main = {}, camera = {}, position }) {
  const texts = (entries) => Object.entries(entries).map(([tag, text]) => [Number(tag), ascii(text)]);
  const first = 8;
  const firstEntries = (cameraAt, positionAt) => [...texts(main), [0x8769, long(cameraAt)], ...(position ? [[0x8825, long(positionAt)]] : [])];
  const cameraAt = first + directory(first, firstEntries(0, 0)).length;
  const cameraPart = directory(cameraAt, texts(camera));
  const positionAt = cameraAt + cameraPart.length;
  const parts = [directory(first, firstEntries(cameraAt, positionAt)), cameraPart];
  if (position) parts.push(directory(positionAt, positionEntries(position)));
  const body = Buffer.concat([Buffer.from('Exif\0\0II*\0\x08\0\0\0', 'latin1'), ...parts]);
  const head = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 255]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}
