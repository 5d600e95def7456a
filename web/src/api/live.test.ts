import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { liveConnection, type Change, type LiveConnection } from './live';

// A socket that the test is the server of.
class FakeSocket {
  static all: FakeSocket[] = [];
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: (event: { code: number }) => void = () => undefined;
  isClosed = false;
  constructor(readonly address: string) {
    FakeSocket.all.push(this);
  }
  close() {
    this.isClosed = true;
  }
  say(message: object) {
    this.onmessage({ data: JSON.stringify(message) });
  }
  drop(code = 1006) {
    this.onclose({ code });
  }
}

const last = () => FakeSocket.all[FakeSocket.all.length - 1]!;
const photo: Change = { seq: 8, type: 'photo', change: 'created', id: 'a', job_id: null };
let connection: LiveConnection;
let heard: string[];

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  heard = [];
  connection = liveConnection(
    {
      connected: (is) => heard.push(is ? 'connected' : 'lost'),
      changes: (changes) => heard.push(changes.map(({ id }) => id).join()),
      reset: () => heard.push('reset'),
    },
    (address) => new FakeSocket(address) as unknown as WebSocket,
  );
  connection.start();
});
afterEach(() => {
  connection.stop();
  vi.useRealTimers();
});

test('tells what the server tells', () => {
  last().say({ type: 'hello', seq: 7 });
  last().say({ type: 'changes', seq: 8, changes: [photo] });
  last().say({ type: 'changes', seq: 9, changes: [] });
  last().say({ type: 'reset', seq: 12 });
  expect(heard).toEqual(['connected', 'a', 'reset']);
});

test('comes back and goes on where it was', () => {
  expect(last().address).toMatch(/^ws.*\/api\/v1\/live$/);
  last().say({ type: 'hello', seq: 7 });
  last().say({ type: 'changes', seq: 8, changes: [photo] });
  last().drop();
  expect(heard.pop()).toBe('lost');
  expect(FakeSocket.all).toHaveLength(1);
  vi.advanceTimersByTime(1000);
  expect(FakeSocket.all).toHaveLength(2);
  expect(last().address).toMatch(/\?since=8$/);
  last().say({ type: 'hello', seq: 8 });
  expect(heard.pop()).toBe('connected');
});

test('waits longer after each failed try, and not at all when there is hope', () => {
  for (let i = 0; i < 8; i += 1) {
    last().drop();
    vi.advanceTimersByTime(30_000);
  }
  expect(FakeSocket.all).toHaveLength(9);
  last().drop();
  vi.advanceTimersByTime(14_000);
  expect(FakeSocket.all).toHaveLength(9);
  connection.retry();
  expect(FakeSocket.all).toHaveLength(10);
  connection.retry();
  expect(FakeSocket.all).toHaveLength(10);
});

test('gives up a connection that has fallen silent', () => {
  const first = last();
  first.say({ type: 'hello', seq: 7 });
  vi.advanceTimersByTime(40_000);
  first.say({ type: 'changes', seq: 7, changes: [] });
  vi.advanceTimersByTime(40_000);
  expect(first.isClosed).toBe(false);
  vi.advanceTimersByTime(10_000);
  expect(first.isClosed).toBe(true);
  first.say({ type: 'changes', seq: 8, changes: [photo] });
  expect(heard).toEqual(['connected', 'lost']);
});

test('looks at everything when the first connection was long in coming', () => {
  vi.advanceTimersByTime(20_000);
  last().say({ type: 'hello', seq: 7 });
  expect(heard).toEqual(['connected', 'reset']);
});

test('looks at everything when the server has ended the session, so that its answer tells', () => {
  last().say({ type: 'hello', seq: 7 });
  last().drop(4401);
  expect(heard).toEqual(['connected', 'reset', 'lost']);
});

test('stays away once it was stopped', () => {
  last().say({ type: 'hello', seq: 7 });
  connection.stop();
  expect(last().isClosed).toBe(true);
  vi.advanceTimersByTime(120_000);
  connection.retry();
  expect(FakeSocket.all).toHaveLength(1);
});
