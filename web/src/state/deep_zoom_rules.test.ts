import { expect, it } from 'vitest';
import type { Photo } from '../api/client';
import { fullResolutionOf } from './deep_zoom_rules';

const photo = (facts: Partial<Photo>) =>
  ({ media_type: 'image/jpeg', orientation: 1, damaged: false, original_url: '/original', width: 4000, height: 3000, display_width: 2048, display_height: 1536, ...facts }) as Photo;

it('takes the original where browsers show it as the server does', () => {
  for (const media_type of ['image/jpeg', 'image/png', 'image/webp', 'image/avif'] as const) expect(fullResolutionOf(photo({ media_type }), 'desk')).toBe('original');
  expect(fullResolutionOf(photo({ orientation: 6 }), 'desk')).toBe('original');
});

it('takes tiles of what browsers do not show, or show in another way', () => {
  for (const media_type of ['image/heic', 'image/tiff'] as const) expect(fullResolutionOf(photo({ media_type }), 'desk')).toBe('tiles');
  expect(fullResolutionOf(photo({ media_type: 'image/png', orientation: 6 }), 'desk')).toBe('tiles');
  expect(fullResolutionOf(photo({ damaged: true }), 'desk')).toBe('tiles');
});

it('takes tiles of what is too large for the device', () => {
  const large = photo({ width: 6000, height: 4000 });
  expect(fullResolutionOf(large, 'desk')).toBe('original');
  expect(fullResolutionOf(large, 'phone')).toBe('tiles');
  expect(fullResolutionOf(photo({ width: 12000, height: 8000 }), 'desk')).toBe('tiles');
  expect(fullResolutionOf(photo({ width: 20000, height: 500 }), 'desk')).toBe('tiles');
});

it('has nothing more to show of a small picture, or without its original', () => {
  expect(fullResolutionOf(photo({ media_type: 'image/tiff', width: 2048, height: 1536 }), 'desk')).toBe('none');
  expect(fullResolutionOf(photo({ media_type: 'image/tiff', original_url: null }), 'desk')).toBe('none');
});
