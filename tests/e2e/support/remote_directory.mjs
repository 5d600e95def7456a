// A remote directory of pictures: a web server on this machine that shows its folders as nginx does, and whose files can
// be made to fail.
import { once } from 'node:events';
import { createServer } from 'node:http';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value) => String(value).padStart(2, '0');
const stamp = (at) => `${two(at.getUTCDate())}-${months[at.getUTCMonth()]}-${at.getUTCFullYear()} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;

function indexOf(folder, files) {
  const rows = [...files].map(([name, { bytes, at }]) => `<a href="${encodeURIComponent(name)}">${name}</a>${' '.repeat(Math.max(1, 51 - name.length))}${stamp(at)} ${String(bytes.length).padStart(19)}`);
  return `<html>\n<head><title>Index of ${folder}</title></head>\n<body>\n<h1>Index of ${folder}</h1><hr><pre><a href="../">../</a>\n${rows.join('\n')}\n</pre><hr></body>\n</html>\n`;
}

export class RemoteDirectory {
  #folders = new Map();
  #broken = new Set();
  #server = createServer((request, response) => this.#answer(request, response));

  async start() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.base = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }
  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  // In the folder of one test; written a day ago, so that nobody takes it for one that is still being written.
  put(folder, name, bytes, at = new Date(Date.now() - 86_400_000)) {
    const files = this.#folders.get(folder) ?? new Map();
    this.#folders.set(folder, files.set(name, { bytes, at }));
  }
  spoil(folder, name) {
    this.#broken.add(`${folder}${name}`);
  }
  mend(folder, name) {
    this.#broken.delete(`${folder}${name}`);
  }

  #answer(request, response) {
    const path = decodeURIComponent(new URL(request.url, this.base).pathname);
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const name = path.slice(folder.length);
    const files = this.#folders.get(folder);
    const send = (status, type, body, headers = {}) => {
      response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length, ...headers });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (files && !name) return send(200, 'text/html', Buffer.from(indexOf(folder, files)), { Server: 'nginx/1.22.1' });
    const file = files?.get(name);
    if (!file) return send(404, 'text/plain', Buffer.from('not found'));
    if (this.#broken.has(path)) return send(500, 'text/plain', Buffer.from('broken'));
    return send(200, 'image/jpeg', file.bytes, { 'Last-Modified': file.at.toUTCString() });
  }
}
