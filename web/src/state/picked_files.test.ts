import { describe, expect, it } from 'vitest';
import { sorted } from './picked_files';

const file = (name: string, type = '', bytes = 'x') => new File([bytes], name, { type });

describe('picked files', () => {
  it('are pictures by type, or by name where the system knows no type', () => {
    const { pictures, others } = sorted([
      file('a.jpg', 'image/jpeg'), file('b.HEIC'), file('c.avif'), file('d.txt', 'text/plain'), file('e.svg', 'image/svg+xml'),
      file('.DS_Store'), file('Thumbs.db'), file('empty.jpg', 'image/jpeg', ''),
    ]);
    expect(pictures.map(({ name }) => name)).toEqual(['a.jpg', 'b.HEIC', 'c.avif']);
    expect(others).toBe(5);
  });
});
