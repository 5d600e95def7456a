import { afterEach, describe, expect, it, vi } from 'vitest';
import { areUploadsBusy, dropUploads, uploadsOf } from './job_uploads';

const abort = vi.fn();
vi.mock('../api/upload', () => ({
  Busy: class extends Error {},
  sendJobImage: () => ({ done: new Promise<void>(() => undefined), abort }),
}));

const file = () => [new File(['x'], 'a.jpg')];
function isReloadAsked(): boolean {
  const event = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(event);
  return event.defaultPrevented;
}

afterEach(dropUploads);

describe('uploads of jobs', () => {
  it('are found again by the same person, and by nobody else', () => {
    uploadsOf('ada', 1).add(file(), '');
    expect(uploadsOf('ada', 1).items).toHaveLength(1);
    expect(uploadsOf('ada', 2).items).toHaveLength(0);
    expect(uploadsOf('bob', 1).items).toHaveLength(0);
  });

  it('ask before the page is left only while they are under way', () => {
    expect(isReloadAsked()).toBe(false);
    uploadsOf('ada', 1).add(file(), '');
    expect(isReloadAsked()).toBe(true);
  });

  it('are stopped and forgotten at signing out', () => {
    uploadsOf('ada', 1).add(file(), '');
    dropUploads();
    expect(abort).toHaveBeenCalled();
    expect(areUploadsBusy()).toBe(false);
    expect(uploadsOf('ada', 1).items).toHaveLength(0);
  });
});
