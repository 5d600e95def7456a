// The map as a part of the whole way: from the photos' positions to the photos of a place, one of them, and all of them
// as a list.
import assert from 'node:assert/strict';

// The first photos of a job get positions, as their people would give them: three on a quay, one across the sea.
export async function placePhotos(client, job) {
  const { body } = await client.get(`/api/v1/images/photos?job=${job}&sort=uploaded_at&limit=4`);
  const places = [[51.9, 4.4], [51.9001, 4.4001], [51.9002, 4.4], [53.55, 9.95]];
  for (const [i, { id }] of body.results.entries()) {
    const [latitude, longitude] = places[i];
    const { status } = await client.patch(`/api/v1/images/photos/${id}`, { latitude, longitude });
    assert.equal(status, 200);
  }
}

const tiles = (page) => page.locator('[data-photo]');

// `look(page, name)` is called on each page on the way.
export async function walkTheMap(page, look) {
  await page.goto('/map');
  await page.locator('.world-map__land').first().waitFor({ state: 'attached' });
  await page.getByText(/^\d+ photos in/).waitFor();
  await look(page, 'map');
  await page.goto('/map?at=51.9,4.4,12');
  await page.getByRole('button', { name: /^3 photos near/ }).click();
  const strip = page.getByRole('region', { name: 'Photos of this place' });
  await strip.locator('img.is-loaded').first().waitFor();
  assert.equal(await strip.locator('li').count(), 3);
  await look(page, 'map-place');
  const address = page.url();
  await strip.locator('li button').first().click();
  await page.waitForURL(/\/photo\/.*in=map/);
  await page.waitForFunction(() => /drawn|sharp/.test(document.querySelector('.stage')?.dataset.state));
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => url.href === address);
  await strip.locator('img.is-loaded').first().waitFor();
  await page.getByRole('link', { name: 'Show as a list' }).click();
  await page.waitForURL(/\/photos\?bbox=/);
  await page.waitForFunction(() => document.querySelectorAll('[data-photo]').length === 3);
  await page.getByRole('button', { name: /^Remove the filter around: 51\.9/ }).click();
  await page.waitForFunction(() => document.querySelectorAll('[data-photo]').length > 3);
  await tiles(page).locator('img.is-loaded').first().waitFor();
}
