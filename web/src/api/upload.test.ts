import { afterEach, describe, expect, it, vi } from 'vitest';
import { text } from '../strings';
import { Problem } from './problem';
import { Busy, sendJobImage } from './upload';

afterEach(() => vi.unstubAllGlobals());

// A server that answers every upload in this way.
function answering(status: number, headers: Record<string, string> = {}, body = '{}') {
  class FakeRequest {
    upload = {};
    status = status;
    responseText = body;
    onload = () => undefined as void;
    open(): void {}
    setRequestHeader(): void {}
    abort(): void {}
    getResponseHeader = (name: string) => headers[name] ?? null;
    send(): void {
      queueMicrotask(() => this.onload());
    }
  }
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
}
const failureOfUpload = () => sendJobImage(1, new File(['x'], 'a.jpg'), '', () => undefined).done.catch((cause: unknown) => cause);

describe('an upload', () => {
  it('waits as long as a busy or a restarting server asks', async () => {
    for (const status of [429, 503]) {
      answering(status, { 'Retry-After': '7' });
      const failure = await failureOfUpload();
      expect(failure).toBeInstanceOf(Busy);
      expect(failure).toMatchObject({ status, seconds: 7, message: text.errors.ofStatus(status) });
    }
  });

  it('waits its own time when it is not told how long, or nonsense', async () => {
    for (const headers of [{}, { 'Retry-After': 'Wed, 21 Oct 2026 07:28:00 GMT' }, { 'Retry-After': '0' }]) {
      answering(503, headers as Record<string, string>);
      expect(await failureOfUpload()).toMatchObject({ seconds: 5 });
    }
    answering(429);
    expect(await failureOfUpload()).toMatchObject({ seconds: 1 });
  });

  it('fails for good where waiting does not help', async () => {
    for (const status of [400, 403, 404, 413, 500, 507]) {
      answering(status, { 'Retry-After': '7' }, '{"error":"no"}');
      const failure = await failureOfUpload();
      expect(failure, String(status)).toBeInstanceOf(Problem);
      expect(failure, String(status)).not.toBeInstanceOf(Busy);
    }
  });
});
