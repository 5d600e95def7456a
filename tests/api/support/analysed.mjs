// Waiting until the background has done its part for a photo.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { patience } from './server.mjs';

// The photo as it is then, as `client` sees it.
export async function analysed(client, id) {
  const end = Date.now() + 20_000 * patience;
  for (;;) {
    const { body } = await client.get(`/api/v1/images/photos/${id}`);
    if (body.processing_status === 'COMPLETED') return body;
    assert.ok(Date.now() < end, `still ${body.processing_status}`);
    await pause(50);
  }
}
