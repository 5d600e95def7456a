import { describe, expect, it, vi } from 'vitest';
import { Problem } from '../api/problem';
import { Busy } from '../api/upload';
import { useUploadQueue, type Send } from './uploads';

interface Sent {
  name: string;
  description: string;
  progress: (part: number) => void;
  finish: () => void;
  fail: (cause: unknown) => void;
}

// A server that answers when the test says so.
function fakeServer() {
  const sent: Sent[] = [];
  const send: Send = (file, description, progress) => {
    let finish!: () => void;
    let fail!: (cause: unknown) => void;
    const done = new Promise<void>((resolve, reject) => {
      finish = resolve;
      fail = reject;
    });
    sent.push({ name: file.name, description, progress, finish, fail });
    return { done, abort: () => fail(new Problem(0, 'aborted')) };
  };
  return { sent, send };
}

const files = (count: number) => Array.from({ length: count }, (_, i) => new File(['x'], `${i}.jpg`));
const settle = () => new Promise((resolve) => setTimeout(resolve));

describe('the upload queue', () => {
  it('sends three at a time, in the order they were chosen', async () => {
    const { sent, send } = fakeServer();
    const queue = useUploadQueue(send);
    queue.add(files(5), 'roof');
    expect(sent.map((one) => one.name)).toEqual(['0.jpg', '1.jpg', '2.jpg']);
    sent[1]!.finish();
    await settle();
    expect(sent.map((one) => one.name)).toEqual(['0.jpg', '1.jpg', '2.jpg', '3.jpg']);
    expect(sent[3]!.description).toBe('roof');
    expect(queue.storedCount.value).toBe(1);
  });

  it('keeps the progress of each photo', () => {
    const { sent, send } = fakeServer();
    const queue = useUploadQueue(send);
    queue.add(files(2), '');
    sent[1]!.progress(0.5);
    expect(queue.items.map((item) => item.part)).toEqual([0, 0.5]);
  });

  it('says in words why a photo was refused, and sends it again when asked', async () => {
    const { sent, send } = fakeServer();
    const queue = useUploadQueue(send);
    queue.add(files(1), '');
    sent[0]!.fail(new Problem(400, 'not a readable image'));
    await settle();
    expect(queue.items[0]).toMatchObject({ state: 'failed', error: 'not a readable image' });
    expect(queue.isBusy.value).toBe(false);
    queue.retryAll();
    expect(queue.items[0]).toMatchObject({ state: 'sending', error: '', part: 0 });
    sent[1]!.finish();
    await settle();
    expect(queue.failedCount.value).toBe(0);
    expect(queue.storedCount.value).toBe(1);
  });

  it('waits as long as a busy server asks and then goes on by itself', async () => {
    const { sent, send } = fakeServer();
    let goOn!: () => void;
    const wait = vi.fn(() => new Promise<void>((resolve) => (goOn = resolve)));
    const queue = useUploadQueue(send, { wait });
    queue.add(files(1), '');
    sent[0]!.fail(new Busy(7));
    await settle();
    expect(wait).toHaveBeenCalledWith(7);
    expect(queue.items[0]!.error).toContain('7 s');
    goOn();
    await settle();
    expect(sent).toHaveLength(2);
    expect(queue.items[0]).toMatchObject({ state: 'sending', error: '' });
  });

  it('leaves a cancelled photo cancelled and gives its place to the next', async () => {
    const { sent, send } = fakeServer();
    const queue = useUploadQueue(send, { atOnce: 1 });
    queue.add(files(2), '');
    queue.cancel(queue.items[0]!);
    await settle();
    expect(queue.items.map((item) => item.state)).toEqual(['cancelled', 'sending']);
    expect(sent).toHaveLength(2);
  });

  it('tells when everything is done, but not when nothing was stored', async () => {
    const onIdle = vi.fn();
    const { sent, send } = fakeServer();
    const queue = useUploadQueue(send, { onIdle });
    queue.add(files(1), '');
    sent[0]!.fail(new Problem(400, 'no'));
    await settle();
    expect(onIdle).not.toHaveBeenCalled();
    queue.retryAll();
    sent[1]!.finish();
    await settle();
    expect(onIdle).toHaveBeenCalledOnce();
  });

  it('clears what is finished and keeps what is on its way', async () => {
    const { sent, send } = fakeServer();
    const queue = useUploadQueue(send, { atOnce: 1 });
    queue.add(files(2), '');
    sent[0]!.finish();
    await settle();
    queue.clear();
    expect(queue.items.map((item) => item.file.name)).toEqual(['1.jpg']);
  });

  it('stops at the end of the session and sends everything again when asked', async () => {
    const { sent, send } = fakeServer();
    const queue = useUploadQueue(send, { atOnce: 1 });
    queue.add(files(3), '');
    sent[0]!.fail(new Problem(401, 'Sign in again.'));
    await settle();
    expect(sent).toHaveLength(1);
    expect(queue.items.map((item) => item.error)).toEqual(Array(3).fill('Sign in again.'));
    queue.retryAll();
    expect(queue.items.map((item) => item.state)).toEqual(['sending', 'waiting', 'waiting']);
  });

  it('cancels what is on its way and what waits, and leaves what is stored', async () => {
    const { sent, send } = fakeServer();
    const queue = useUploadQueue(send, { atOnce: 1 });
    queue.add(files(3), '');
    sent[0]!.finish();
    await settle();
    queue.cancelAll();
    await settle();
    expect(queue.items.map((item) => item.state)).toEqual(['stored', 'cancelled', 'cancelled']);
    expect(queue.isBusy.value).toBe(false);
  });
});
