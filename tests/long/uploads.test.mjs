// A hundred photos of 5 MB over a line that is cut every 3 seconds, with the browser closed half-way.
import { test } from 'node:test';
import { runInterruptedUploads } from '../e2e/support/interrupted_uploads.mjs';

test('a hundred photos survive a line that is cut every 3 seconds and a closed browser', { timeout: 1_800_000 }, async (context) => {
  const { seconds, half, cuts, resent } = await runInterruptedUploads(100);
  context.diagnostic(`100 photos in ${seconds.toFixed(1)} s, ${cuts} cuts, closed after ${half}, sent ${resent.toFixed(2)} times`);
});
