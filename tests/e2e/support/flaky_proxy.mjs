// A bad line: a TCP proxy that is slow and, once begun, cuts every connection at intervals.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

// Lets at most `rate` bytes a second through.
function slowed(rate) {
  const slice = 16 << 10;
  return new Transform({
    highWaterMark: slice,
    async transform(chunk, _encoding, done) {
      for (let at = 0; at < chunk.length; at += slice) {
        const piece = chunk.subarray(at, at + slice);
        await pause((piece.length * 1000) / rate);
        if (this.destroyed) return;
        this.push(piece);
      }
      done();
    },
  });
}

// `rate` is of each connection towards the server, in bytes a second; `every` in milliseconds.
export async function flakyProxy(port, { every, rate }) {
  const sockets = new Set();
  const proxy = { cuts: 0, port: 0, bytesUp: 0 };
  let knife = null;
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    const narrow = slowed(rate);
    const all = [client, upstream, narrow];
    const end = () => all.forEach((one) => one.destroy());
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => (sockets.delete(socket), end()));
    }
    all.forEach((one) => one.on('error', end));
    client.on('data', (bytes) => (proxy.bytesUp += bytes.length));
    client.pipe(narrow).pipe(upstream);
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.port = server.address().port;
  proxy.begin = () => {
    knife = setInterval(() => {
      proxy.cuts += 1;
      sockets.forEach((socket) => socket.destroy());
    }, every);
  };
  proxy.rest = () => clearInterval(knife);
  proxy.close = () => {
    proxy.rest();
    sockets.forEach((socket) => socket.destroy());
    server.close();
  };
  return proxy;
}
