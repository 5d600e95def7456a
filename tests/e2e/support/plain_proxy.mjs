// A proxy as many stand before a server: it knows requests and answers, and lets no WebSocket through.
import { once } from 'node:events';
import { createServer, request } from 'node:http';

export async function plainProxy(port) {
  let refused = 0;
  const server = createServer((asked, answer) => {
    const passed = request({ host: '127.0.0.1', port, path: asked.url, method: asked.method, headers: asked.headers }, (got) => {
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  server.on('upgrade', (asked, socket) => {
    refused += 1;
    socket.end('HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    refused: () => refused,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
