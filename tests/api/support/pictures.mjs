// Pictures to send: fixtures, variants of them with other bytes, and broken ones.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from './checksums.mjs';

const fixtures = join(dirname(fileURLToPath(import.meta.url)), '..', 'fixtures');

export function fixture(name) {
  return readFileSync(join(fixtures, name));
}

// The same JPEG picture with other bytes: a comment segment (ITU-T T.81, B.2.4.5) right after the start marker.
export function distinct(jpeg, text) {
  const comment = Buffer.from(String(text));
  const head = Buffer.from([0xff, 0xfe, (comment.length + 2) >> 8, (comment.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), head, comment, jpeg.subarray(2)]);
}

// Width and height of a JPEG from its frame header (ITU-T T.81, B.2.2).
export function jpegSize(bytes) {
  let at = 2;
  while (at + 9 < bytes.length) {
    const marker = bytes[at + 1];
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  throw new Error('no frame header');
}

export function hasExif(jpeg) {
  return jpeg.includes(Buffer.from('Exif\0\0', 'latin1'));
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

// A PNG whose header claims this size over next to no data.
export function claimedPng(width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(64))), chunk('IEND', Buffer.alloc(0))]);
}

// A JPEG whose frame header claims this size.
export function claimedJpeg(width, height) {
  const bytes = Buffer.from(fixture('plain.jpg'));
  let at = 2;
  while (bytes[at + 1] !== 0xc0) at += 2 + bytes.readUInt16BE(at + 2);
  bytes.writeUInt16BE(height, at + 5);
  bytes.writeUInt16BE(width, at + 7);
  return bytes;
}

const plain = fixture('plain.jpg');
const scrambled = Buffer.from(plain);
for (let at = 200; at < scrambled.length; at += 3) scrambled[at] ^= 0x5a;

// What must be refused wherever a picture is expected, by name.
export const unreadable = {
  'an empty file': Buffer.alloc(0),
  'one byte': Buffer.from([0xff]),
  'text under a picture’s name': Buffer.from('this is no picture at all, whatever its name says\n'.repeat(20)),
  'HTML under a picture’s name': Buffer.from('<!doctype html><script>alert(1)</script>'),
  'SVG under a picture’s name': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
  'a PDF under a picture’s name': Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF'),
  'a JPEG cut off in its header': plain.subarray(0, 120),
  'a JPEG cut off in its pixels': plain.subarray(0, Math.floor(plain.length * 0.8)),
  'a PNG cut off': fixture('quadrants.png').subarray(0, 200),
  'a TIFF cut off': fixture('quadrants.tiff').subarray(0, 300),
  'a WebP cut off': fixture('quadrants.webp').subarray(0, 100),
  'a JPEG of scrambled bytes': scrambled,
  'a PNG of size 0×0': claimedPng(0, 0),
  'a PNG that claims 60,000×60,000 pixels': claimedPng(60_000, 60_000),
  'a JPEG that claims 65,000×65,000 pixels': claimedJpeg(65_000, 65_000),
  'zeros': Buffer.alloc(4096),
  'noise': Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 2654435761) >>> 24)),
  'a ZIP archive': Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(400)]),
};
