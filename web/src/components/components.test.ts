import { createApp, h } from 'vue';
import { describe, expect, it } from 'vitest';
import type { Photo } from '../api/client';
import PhotoTile from './PhotoTile.vue';

function mount(render: () => ReturnType<typeof h>): HTMLElement {
  const place = document.createElement('div');
  createApp({ render }).mount(place);
  return place;
}

const hostile = '<img src=x onerror=alert(1)>';
const photo = {
  id: 'p',
  description: hostile,
  original_filename: 'a.jpg',
  filename: 'img.jpg',
  thumbnail_url: '/thumb',
  display_width: 4,
  display_height: 3,
  thumbhash: 'not base64!',
  damaged: true,
} as Photo;

describe('components', () => {
  it('show what a photo is called as words, never as markup', () => {
    const place = mount(() => h(PhotoTile, { photo }));
    expect(place.querySelectorAll('img')).toHaveLength(1);
    expect(place.querySelector('.tile__caption')?.textContent).toBe(hostile);
    expect(place.querySelector('img')?.getAttribute('loading')).toBe('lazy');
  });

  it('survive a placeholder that cannot be read', () => {
    expect(mount(() => h(PhotoTile, { photo })).querySelector('canvas')).not.toBeNull();
  });
});
