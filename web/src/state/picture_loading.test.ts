import { describe, expect, it } from 'vitest';
import { ref } from 'vue';
import { usePictureLoading, whyMissing } from './picture_loading';

const answering = (status: number) => (async () => new Response(null, { status })) as typeof fetch;

describe('a picture that does not come', () => {
  it('is lost only where the server says so', async () => {
    expect(await whyMissing('/p', answering(410))).toBe('lost');
    for (const status of [200, 401, 404, 429, 503]) expect(await whyMissing('/p', answering(status))).toBe('failed');
    expect(await whyMissing('/p', () => Promise.reject(new Error('offline')))).toBe('failed');
  });

  it('tells nothing of the picture that is shown by then', async () => {
    const url = ref('/a');
    const { state, loaded, failed } = usePictureLoading(() => url.value, answering(410));
    const asking = failed();
    url.value = '/b';
    loaded();
    await asking;
    expect(state.value).toBe('loaded');
    await failed();
    expect(state.value).toBe('lost');
  });
});
