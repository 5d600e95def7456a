// Requests written byte by byte, for framing that no HTTP client would send.
import { connect } from 'node:net';

const deadline = 15_000; // milliseconds

// The whole text of the answer; '' when the server closed the connection without one.
export function exchange(server, bytes) {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    const chunks = [];
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no end of the answer within ${deadline} ms: ${Buffer.concat(chunks)}`));
    }, deadline);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined); // a reset after the answer is the server's right
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString('latin1'));
    });
    socket.write(bytes);
  });
}

export function statusOf(answer) {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1] ?? 0);
}

export function requestBytes(method, path, headers, body = '') {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body, 'latin1');
  const length = 'Content-Length' in headers || 'Transfer-Encoding' in headers ? {} : { 'Content-Length': bytes.length };
  const lines = Object.entries({ Host: '127.0.0.1', Connection: 'close', ...length, ...headers });
  const head = [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

// A multipart body from parts of {headers, bytes}.
export function multipart(boundary, parts) {
  const pieces = parts.flatMap(({ headers, bytes }) => [
    Buffer.from(`--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`, 'latin1'),
    Buffer.from(bytes),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

export const filePart = (bytes, filename = 'photo.jpg', name = 'image') => ({
  headers: [`Content-Disposition: form-data; name="${name}"; filename="${filename}"`, 'Content-Type: image/jpeg'],
  bytes,
});
export const textPart = (name, text) => ({ headers: [`Content-Disposition: form-data; name="${name}"`], bytes: text });
