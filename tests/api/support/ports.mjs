// Ports that nobody else takes between being found free and being listened on.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

// Below those that the kernel gives to outgoing connections (32768 and up): one of these, found free by binding to
// port 0, may be such a connection's own by the time that a server has started.
const first = 20_000;
const end = 32_000;

export async function isFree(port) {
  const probe = createServer().listen(port, '127.0.0.1');
  const isListening = await once(probe, 'listening').then(() => true, () => false);
  if (isListening) {
    probe.close();
    await once(probe, 'close');
  }
  return isListening;
}

export async function freePort() {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(first, end);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${first} to ${end - 1}`);
}
