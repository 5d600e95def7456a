// The camera of the device that the page is shown on.
export type CameraTrouble = 'refused' | 'absent' | 'busy' | 'insecure' | 'failed';

export function troubleOf(cause: unknown): CameraTrouble {
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'absent';
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'failed';
}

export interface DeviceCamera {
  stream: MediaStream;
  id: string; // of the camera that was opened
  cameras: { id: string; name: string }[]; // that this device has
}

// The one that is asked for, or the one that looks away from the person. Throws a CameraTrouble.
export async function openDeviceCamera(wanted: string): Promise<DeviceCamera> {
  // Outside of https browsers do not even say that there are cameras.
  if (!('mediaDevices' in navigator)) throw (window.isSecureContext ? 'absent' : 'insecure') satisfies CameraTrouble;
  const { mediaDevices } = navigator;
  const which = wanted ? { deviceId: { exact: wanted } } : { facingMode: { ideal: 'environment' } };
  try {
    const stream = await mediaDevices.getUserMedia({ audio: false, video: { ...which, width: { ideal: 1280 }, height: { ideal: 720 } } });
    const all = await mediaDevices.enumerateDevices().catch(() => []);
    const cameras = all.filter(({ kind }) => kind === 'videoinput').map(({ deviceId, label }, at) => ({ id: deviceId, name: label || String(at + 1) }));
    return { stream, id: stream.getVideoTracks()[0]?.getSettings().deviceId ?? '', cameras };
  } catch (cause) {
    throw troubleOf(cause);
  }
}

export const closeStream = (stream: MediaStream | null): void => stream?.getTracks().forEach((track) => track.stop());
