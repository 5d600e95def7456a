// A web server on this machine with a directory of files, as nginx shows them; what it is asked is written down.
import { once } from 'node:events';
import { createServer } from 'node:http';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const shown = (at) =>
  `${String(at.getUTCDate()).padStart(2, '0')}-${months[at.getUTCMonth()]}-${at.getUTCFullYear()} ${at.toISOString().slice(11, 16)}`;

export class RemoteDirectory {
  #server = createServer((request, response) => this.#answer(request, response));
  files = new Map(); // by name: { bytes, at }
  asked = []; // "GET /cards/a.jpg"
  broken = new Map(); // by name: the status that is answered instead
  password = null; // "user:password" that is asked for

  static async open() {
    const remote = new RemoteDirectory();
    remote.#server.listen(0, '127.0.0.1');
    await once(remote.#server, 'listening');
    return remote;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}/cards/`;
  }

  put(name, bytes, at = new Date('2026-01-02T03:04:05Z')) {
    this.files.set(name, { bytes: Buffer.from(bytes), at });
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(request, response) {
    this.asked.push(`${request.method} ${request.url}`);
    const wanted = this.password && `Basic ${Buffer.from(this.password).toString('base64')}`;
    if (wanted && request.headers.authorization !== wanted)
      return response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="cards"' }).end('who are you?');
    const path = decodeURIComponent(new URL(request.url, this.url).pathname);
    if (path === '/cards/') return response.writeHead(200, { 'Content-Type': 'text/html' }).end(this.#index());
    const name = path.startsWith('/cards/') ? path.slice(7) : '';
    const file = this.files.get(name);
    if (this.broken.has(name)) return response.writeHead(this.broken.get(name)).end('not now');
    if (!file) return response.writeHead(404).end('no such file');
    const head = { 'Content-Length': file.bytes.length, 'Content-Type': 'image/jpeg', 'Last-Modified': file.at.toUTCString() };
    return response.writeHead(200, head).end(request.method === 'HEAD' ? undefined : file.bytes);
  }

  #index() {
    const rows = [...this.files].map(([name, { bytes, at }]) => {
      const link = `<a href="${encodeURIComponent(name)}">${name}</a>`;
      return `${link}${' '.repeat(Math.max(1, 51 - name.length))}${shown(at)}${String(bytes.length).padStart(20)}`;
    });
    const head = '<html>\r\n<head><title>Index of /cards/</title></head>\r\n<body>\r\n<h1>Index of /cards/</h1><hr><pre><a href="../">../</a>\r\n';
    return `${head}${rows.join('\r\n')}\r\n</pre><hr></body>\r\n</html>\r\n`;
  }
}
