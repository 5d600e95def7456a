// A listener of the live channel that keeps what it was told.
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { patience } from './server.mjs';

const deadline = 10_000 * patience; // milliseconds

export class Listener {
  messages = [];
  changes = [];
  ended = null; // {code, reason} once closed
  #waiting = new Set();

  constructor(socket) {
    this.socket = socket;
    socket.on('message', (data) => {
      const message = JSON.parse(data);
      this.messages.push(message);
      this.changes.push(...(message.changes ?? []));
      this.#look();
    });
    socket.on('close', (code, reason) => {
      this.ended = { code, reason: String(reason) };
      this.#look();
    });
    socket.on('error', () => undefined); // 'close' follows
  }

  get seq() {
    return this.messages.at(-1)?.seq;
  }

  #look() {
    for (const look of this.#waiting) look();
  }

  // Waits until `isTrue(listener)`.
  async until(isTrue, what = isTrue) {
    const abort = new AbortController();
    const late = pause(deadline, true, { signal: abort.signal, ref: false }).catch(() => false);
    let look;
    const came = new Promise((resolve) => {
      look = () => isTrue(this) && resolve(false);
      this.#waiting.add(look);
      look();
    });
    const isLate = await Promise.race([came, late]);
    this.#waiting.delete(look);
    abort.abort();
    if (isLate) throw new Error(`not in time: ${what}; told: ${JSON.stringify(this.messages)}, ended: ${JSON.stringify(this.ended)}`);
  }
  untilTold(type, change, id) {
    const is = (one) => one.type === type && one.change === change && one.id === id;
    return this.until(() => this.changes.some(is), `${type} ${change} ${id}`);
  }
  untilEnded() {
    return this.until(() => this.ended !== null, 'the end');
  }
  close() {
    this.socket.terminate();
  }
}

function open(server, { token, since, headers = {}, query = '' }) {
  const address = `${server.base.replace('http', 'ws')}/api/v1/live${since === undefined ? query : `?since=${since}`}`;
  const credentials = token ? { Authorization: `Bearer ${token}` } : {};
  return new WebSocket(address, { headers: { ...credentials, ...headers } });
}

// What a camera sees, as binary messages. Resolves to { pictures, code } when `enough(pictures)`, or when it ended.
export function watchCamera(server, id, { token, query = '', headers = {}, enough }) {
  const address = `${server.base.replace('http', 'ws')}/api/v1/cameras/${id}/live${query}`;
  const socket = new WebSocket(address, { headers: { ...(token && { Authorization: `Bearer ${token}` }), ...headers } });
  const pictures = [];
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_, answer) => resolve({ pictures, status: answer.statusCode }));
    socket.on('error', reject);
    socket.on('close', (code) => resolve({ pictures, code }));
    socket.on('message', (data, isBinary) => {
      pictures.push({ data, isBinary });
      if (!enough(pictures)) return;
      socket.terminate();
      resolve({ pictures });
    });
  });
}

// Connected and greeted.
export async function listen(server, options) {
  const listener = new Listener(open(server, options));
  await listener.until(({ messages, ended }) => messages.length > 0 || ended, 'hello');
  return listener;
}

// The status of the answer to a handshake that is refused.
export async function refusal(server, options) {
  const socket = open(server, options);
  socket.on('error', () => undefined);
  const answer = await Promise.race([once(socket, 'unexpected-response').then(([, response]) => response.statusCode), once(socket, 'open').then(() => 101)]);
  socket.terminate();
  return answer;
}
