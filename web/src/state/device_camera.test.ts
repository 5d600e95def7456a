import { afterEach, expect, test, vi } from 'vitest';
import { openDeviceCamera, troubleOf } from './device_camera';

afterEach(() => vi.unstubAllGlobals());
const failure = (name: string) => Object.assign(new Error('no'), { name });

test('what browsers call a refused, an absent and a busy camera', () => {
  expect(troubleOf(failure('NotAllowedError'))).toBe('refused');
  expect(troubleOf(failure('NotFoundError'))).toBe('absent');
  expect(troubleOf(failure('NotReadableError'))).toBe('busy');
  expect(troubleOf(failure('TypeError'))).toBe('failed');
  expect(troubleOf('?')).toBe('failed');
});

test('outside of https the camera is not missing but out of reach', async () => {
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('isSecureContext', false);
  await expect(openDeviceCamera('')).rejects.toBe('insecure');
  vi.stubGlobal('isSecureContext', true);
  await expect(openDeviceCamera('')).rejects.toBe('absent');
});

test('the camera that was chosen is opened, and all are named', async () => {
  const asked: unknown[] = [];
  const stream = { getVideoTracks: () => [{ getSettings: () => ({ deviceId: 'b' }) }] };
  const devices = [{ kind: 'audioinput', deviceId: 'm', label: '' }, { kind: 'videoinput', deviceId: 'a', label: 'Front' }, { kind: 'videoinput', deviceId: 'b', label: '' }];
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: async (wanted: unknown) => (asked.push(wanted), stream), enumerateDevices: async () => devices } });
  const opened = await openDeviceCamera('b');
  expect(asked).toMatchObject([{ audio: false, video: { deviceId: { exact: 'b' } } }]);
  expect(opened.cameras).toEqual([{ id: 'a', name: 'Front' }, { id: 'b', name: '2' }]);
  await openDeviceCamera('');
  expect(asked[1]).toMatchObject({ video: { facingMode: { ideal: 'environment' } } });
});
