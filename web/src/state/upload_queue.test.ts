import { describe, expect, it } from 'vitest';
import { Problem } from '../api/problem';
import type { Shipment, UploadOutcome } from '../api/resumable';
import { makeUploadQueue, type UploadParts } from './upload_queue';
import type { KeptUpload, UploadStore } from './upload_store';

const photo = (name: string, size = 1000) => new File([new Uint8Array(size)], name, { type: 'image/jpeg' });
const stored = (over: Partial<UploadOutcome> = {}): UploadOutcome => ({
  id: 'u', offset: 1000, length: 1000, state: 'stored', photo: 'p', duplicate_of: null, problem: null, expires_at: '', ...over,
});

function memory(): UploadStore & { kept: Map<string, KeptUpload> } {
  const kept = new Map<string, KeptUpload>();
  const files = new Map<string, Blob>();
  return {
    kept,
    add: async (upload, file) => void (kept.set(upload.id, upload), files.set(upload.id, file)),
    change: async (upload) => void kept.set(upload.id, upload),
    remove: async (id) => void (kept.delete(id), files.delete(id)),
    list: async (user) => [...kept.values()].filter((one) => one.user === user),
    file: async (id) => files.get(id) ?? null,
  };
}

interface Attempt extends Shipment {
  succeed: () => void;
  fail: (status: number, words?: string) => void;
  isAborted: boolean;
}

function house(over: Partial<UploadParts> = {}) {
  const store = memory();
  const attempts: Attempt[] = [];
  const waits: { milliseconds: number; end: () => void }[] = [];
  const dropped: string[] = [];
  let ids = 0;
  const parts: UploadParts = {
    store,
    claim: async () => () => undefined,
    hash: async () => 'ab'.repeat(32),
    send: (shipment) => {
      const attempt: Attempt = { ...shipment, succeed: () => undefined, fail: () => undefined, isAborted: false };
      const done = new Promise<void>((resolve, reject) => {
        attempt.succeed = () => {
          shipment.onProgress(shipment.file.size);
          resolve();
        };
        attempt.fail = (status, words = 'no') => reject(new Problem(status, words));
      });
      attempts.push(attempt);
      return {
        done,
        abort: async () => {
          attempt.isAborted = true;
          attempt.fail(0);
        },
      };
    },
    outcome: async () => stored(),
    askToStore: async () => undefined,
    drop: async (url) => void dropped.push(url),
    wait: (milliseconds) => new Promise((end) => waits.push({ milliseconds, end })),
    now: () => 0,
    makeId: () => `id${++ids}`,
    onSignedOut: () => undefined,
    ...over,
  };
  return { store, attempts, waits, dropped, parts, queue: makeUploadQueue(parts) };
}
const settle = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve));
};
async function started(over: Partial<UploadParts> = {}) {
  const made = house(over);
  await made.queue.start('tom');
  return made;
}

describe('the upload queue', () => {
  it('sends three at a time and forgets each file when it is stored', async () => {
    const { queue, attempts, store } = await started();
    queue.add([1, 2, 3, 4].map((n) => photo(`${n}.jpg`)), { kind: 'job', jobId: 7, description: 'pump' });
    await settle();
    expect(attempts.length).toBe(3);
    expect(store.kept.size).toBe(4);
    expect(attempts[0]?.metadata).toEqual({
      filename: '1.jpg', kind: 'job', job_id: '7', description: 'pump', skip_duplicate: 'true', sha256: 'ab'.repeat(32),
    });
    attempts[0]?.onUrl('/api/v1/uploads/u');
    attempts[0]?.succeed();
    await settle();
    expect(queue.items[0]).toMatchObject({ state: 'stored', photo: 'p' });
    expect(attempts.length).toBe(4);
    expect(store.kept.size).toBe(3);
  });

  it('says when the picture was there already', async () => {
    const { queue, attempts } = await started({ outcome: async () => stored({ photo: 'old', duplicate_of: 'old' }) });
    queue.add([photo('a.jpg')], { kind: 'field' });
    await settle();
    attempts[0]?.onUrl('/u');
    attempts[0]?.succeed();
    await settle();
    expect(queue.items[0]).toMatchObject({ state: 'duplicate', photo: 'old' });
  });

  it('goes on where the line was cut, waiting longer each time nothing came through', async () => {
    const { queue, attempts, waits } = await started();
    queue.add([photo('a.jpg')], { kind: 'field' });
    await settle();
    attempts[0]?.onUrl('/u');
    attempts[0]?.onProgress(400);
    attempts[0]?.fail(0);
    await settle();
    expect(waits[0]?.milliseconds).toBe(500);
    waits[0]?.end();
    await settle();
    expect(attempts[1]?.url).toBe('/u');
    for (const milliseconds of [1000, 2000]) {
      attempts[attempts.length - 1]?.fail(503);
      await settle();
      expect(waits[waits.length - 1]?.milliseconds).toBe(milliseconds);
      waits[waits.length - 1]?.end();
      await settle();
    }
    attempts[attempts.length - 1]?.onProgress(900);
    attempts[attempts.length - 1]?.fail(423);
    await settle();
    expect(waits[waits.length - 1]?.milliseconds).toBe(500);
  });

  it('leaves to a person what sending again cannot mend', async () => {
    const { queue, attempts, store } = await started();
    queue.add([photo('a.jpg')], { kind: 'field' });
    await settle();
    attempts[0]?.onUrl('/u');
    attempts[0]?.fail(415, 'no picture');
    await settle();
    expect(queue.items[0]).toMatchObject({ state: 'failed', problem: 'no picture', url: null });
    expect(store.kept.get('id1')?.problem).toBe('no picture');
    queue.resume(queue.items[0]!);
    await settle();
    expect(attempts[1]?.url).toBeNull();
  });

  it('sends a file anew that arrived otherwise than it left', async () => {
    const { queue, attempts } = await started();
    queue.add([photo('a.jpg')], { kind: 'field' });
    await settle();
    for (let i = 0; i < 3; i += 1) {
      expect(attempts[i]?.url).toBeNull();
      attempts[i]?.onUrl(`/u${i}`);
      attempts[i]?.fail(460, 'differs');
      await settle();
    }
    expect(attempts.length).toBe(3);
    expect(queue.items[0]).toMatchObject({ state: 'failed', problem: 'differs' });
  });

  it('asks again for a file that is whole but was not taken in', async () => {
    const outcomes = [stored({ state: 'receiving', photo: null }), stored()];
    let asked = 0;
    const { queue, attempts } = await started({
      outcome: async () => outcomes.shift()!,
      askToStore: async () => void (asked += 1),
    });
    queue.add([photo('a.jpg')], { kind: 'field' });
    await settle();
    attempts[0]?.onUrl('/u');
    attempts[0]?.succeed();
    await settle();
    expect([asked, queue.items[0]?.state]).toEqual([1, 'stored']);
  });

  it('pauses, goes on, and gives up with what the server has of it', async () => {
    const { queue, attempts, dropped, store } = await started();
    queue.add([photo('a.jpg')], { kind: 'field' });
    await settle();
    attempts[0]?.onUrl('/u');
    queue.pause(queue.items[0]!);
    await settle();
    expect(attempts[0]?.isAborted).toBe(true);
    expect([queue.items[0]?.state, store.kept.get('id1')?.isPaused]).toEqual(['paused', true]);
    queue.resume(queue.items[0]!);
    await settle();
    expect(attempts[1]?.url).toBe('/u');
    queue.cancel(queue.items[0]!);
    await settle();
    expect([queue.items.length, store.kept.size, dropped]).toEqual([0, 0, ['/u']]);
  });

  it('goes on with what a closed page left, for the same user only', async () => {
    const first = await started();
    first.queue.add([photo('a.jpg'), photo('b.jpg')], { kind: 'field' });
    await settle();
    first.attempts[0]?.onUrl('/u');
    first.queue.pause(first.queue.items[1]!);
    await settle();
    const second = house({ store: first.store });
    await second.queue.start('tina');
    expect(second.queue.items.length).toBe(0);
    await second.queue.start('tom');
    await settle();
    expect(second.queue.items.map(({ name, state }) => [name, state])).toEqual([['a.jpg', 'sending'], ['b.jpg', 'paused']]);
    expect(second.attempts[0]?.url).toBe('/u');
  });

  it('leaves alone what another tab sends', async () => {
    const { queue, parts } = house({ claim: async () => null });
    await parts.store.add({ id: 'x', user: 'tom', name: 'a', size: 1, addedAt: 0, target: { kind: 'field' }, url: null, sha256: null, isPaused: false, problem: '' }, photo('a'));
    await queue.start('tom');
    expect(queue.items.length).toBe(0);
  });

  it('waits for a new sign-in without forgetting anything', async () => {
    let signedOut = 0;
    const { queue, attempts, store } = await started({ onSignedOut: () => void (signedOut += 1) });
    queue.add([photo('a.jpg')], { kind: 'field' });
    await settle();
    attempts[0]?.fail(401);
    await settle();
    queue.stop();
    await settle();
    expect([signedOut, queue.items.length, store.kept.size]).toEqual([1, 0, 1]);
    await queue.start('tom');
    await settle();
    expect(attempts.length).toBe(2);
  });

  it('keeps a file whose sender signs out while it is written', async () => {
    const claimed: string[] = [];
    let written = () => undefined as void;
    const store = memory();
    const slow = { ...store, add: (upload: KeptUpload, file: Blob) => new Promise<void>((done) => (written = () => void store.add(upload, file).then(done))) };
    const { queue } = await started({
      store: slow,
      claim: async (id) => {
        claimed.push(id);
        return () => void claimed.pop();
      },
    });
    queue.add([photo('a.jpg')], { kind: 'field' });
    await settle();
    queue.stop();
    written();
    await settle();
    expect([store.kept.size, claimed.length]).toEqual([1, 0]);
    await queue.start('tom');
    expect(queue.items.map(({ name }) => name)).toEqual(['a.jpg']);
  });

  it('says when a file would not survive closing the page', async () => {
    const broken = { ...memory(), add: async () => Promise.reject(new Error('no room')) };
    const { queue, attempts } = await started({ store: broken });
    queue.add([photo('a.jpg')], { kind: 'field' });
    await settle();
    expect(queue.isUnsafe.value).toBe(true);
    attempts[0]?.onUrl('/u');
    attempts[0]?.succeed();
    await settle();
    expect(queue.isUnsafe.value).toBe(false);
  });
});
