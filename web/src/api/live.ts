// The live channel: one WebSocket on which the server tells what has changed. It comes back by itself when it was lost,
// and takes up where it was.

export interface Change {
  seq: number;
  type: 'photo' | 'job' | 'asset' | 'location' | 'task' | 'failure' | 'notice' | 'schedule' | 'queue' | 'node' | 'finding' | 'model' | 'station' | 'source';
  change: 'created' | 'changed' | 'deleted';
  id: string | number; // of jobs a number, of queues and nodes their name
  job_id?: number | null; // of photos
  photo_id?: string | null; // of tasks and failures
}

export interface LiveHearer {
  connected(is: boolean): void;
  changes(changes: Change[]): void;
  reset(): void; // anything may have changed
}

type Message = { type: 'hello'; seq: number } | { type: 'reset'; seq: number } | { type: 'changes'; seq: number; changes: Change[] };

// Milliseconds.
const firstPause = 1000;
const longestPause = 30_000;
const patience = 50_000; // the server says something at least every 20 seconds
// The server begins a few seconds back, so that nothing is missed between a page's first requests and the first
// connection, unless that took longer.
const gapCovered = 5000;

export interface LiveConnection {
  start(): void;
  stop(): void;
  retry(): void; // at once, if it is not connected
}

const addressOf = (since: number | null) => {
  const base = window.location.origin.replace(/^http/, 'ws');
  return `${base}/api/v1/live${since === null ? '' : `?since=${since}`}`;
};

export function liveConnection(hearer: LiveHearer, open = (address: string) => new WebSocket(address)): LiveConnection {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined; // of the next try, or of the server's silence
  let since: number | null = null;
  let tries = 0;
  let began = 0;
  let isWanted = false;

  // With jitter: pages that were cut off together must not come back together.
  function plan(): void {
    clearTimeout(timer);
    const pause = Math.min(longestPause, firstPause * 2 ** tries) * (0.5 + Math.random() / 2);
    tries += 1;
    timer = setTimeout(connect, pause);
  }

  function awaitNews(): void {
    clearTimeout(timer);
    timer = setTimeout(() => lose(), patience);
  }

  function lose(): void {
    const lost = socket;
    socket = null;
    lost?.close();
    hearer.connected(false);
    if (isWanted) plan();
  }

  function hear(message: Message): void {
    awaitNews();
    if (message.type === 'hello') {
      const isFirst = since === null;
      tries = 0;
      since = message.seq;
      hearer.connected(true);
      if (isFirst && Date.now() - began > gapCovered) hearer.reset();
      return;
    }
    since = message.seq;
    if (message.type === 'reset') hearer.reset();
    else if (message.changes.length > 0) hearer.changes(message.changes);
  }

  function connect(): void {
    clearTimeout(timer);
    if (!isWanted) return;
    const opened = open(addressOf(since));
    socket = opened;
    awaitNews();
    opened.onmessage = ({ data }) => opened === socket && hear(JSON.parse(String(data)) as Message);
    opened.onclose = ({ code }) => {
      if (opened !== socket) return;
      // Whoever looks now hears from the server why.
      if (code === 4401) hearer.reset();
      lose();
    };
  }

  return {
    start() {
      if (isWanted) return;
      isWanted = true;
      began = Date.now();
      tries = 0;
      connect();
    },
    stop() {
      isWanted = false;
      since = null;
      clearTimeout(timer);
      lose();
    },
    retry() {
      if (!isWanted || socket) return;
      tries = 0;
      connect();
    },
  };
}
