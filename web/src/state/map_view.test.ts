import { describe, expect, it } from 'vitest';
import { around, boxOf, boxOfWindow, boxWords, easternOf, linkedParts, merged, nearest, viewOf, wordsOfView, type Cluster } from './map_view';

const cluster = (longitude: number, count: number): Cluster => ({ latitude: 0, longitude, count, photo_id: 'p', bbox: [longitude, 0, longitude, 0] });

describe('the view in the address line', () => {
  it('comes back as it was written', () => {
    const view = { latitude: 52.52, longitude: 13.405, zoom: 11 };
    expect(viewOf(wordsOfView(view))).toEqual(view);
    expect(wordsOfView({ latitude: 1, longitude: 190, zoom: 3 })).toBe('1,-170,3');
  });
  it('is not read from what is no view', () => {
    for (const words of ['', '1,2', '1,2,3,4', 'a,b,c', '91,0,1', '0,181,1', '0,0,-1', '0,0,99', ',,']) expect(viewOf(words), words).toBeNull();
  });
});

describe('boxes', () => {
  it('are refused when they are none', () => {
    expect(boxOf('170,-10,-170,10')).toEqual([170, -10, -170, 10]);
    for (const words of ['', '1,2,3', '0,10,0,-10', '0,0,999,1', 'x,0,1,1', ',0,1,1']) expect(boxOf(words), words).toBeNull();
  });
  it('of a window go over the 180° meridian, and never round the world twice', () => {
    expect(boxOfWindow(170, -10, 200, 10)).toEqual([170, -10, -160, 10]);
    expect(boxOfWindow(-300, -95, 300, 95)).toEqual([-180, -90, 180, 90]);
    expect(easternOf(-190)).toBe(170);
    expect(nearest(-179, 178)).toBe(181);
    expect(nearest(10, 0)).toBe(10);
  });
  it('are told by their middle', () => {
    expect(boxWords('13,52,14,53')).toBe('52.50° N, 13.50° E');
    expect(boxWords('170,-10,-170,-8')).toBe('9.00° S, 180.00° E');
    expect(boxWords('what')).toBe('what');
    expect(around([[1, 2, 3, 4], [0, 3, 2, 9]])).toEqual([0, 2, 3, 9]);
    expect(around([])).toBeNull();
  });
});

describe('clusters that would cover one another', () => {
  it('are counted with the larger one', () => {
    const found = merged([cluster(0, 2), cluster(3, 5), cluster(100, 1)], ({ longitude }) => ({ x: longitude, y: 0 }), 10);
    expect(found.map(({ count, bbox }) => [count, bbox])).toEqual([[7, [0, 0, 3, 0]], [1, [100, 0, 100, 0]]]);
  });
});

describe('the words about whose map it is', () => {
  it('stay text but for addresses', () => {
    expect(linkedParts('© OpenStreetMap https://www.openstreetmap.org/copyright')).toEqual([
      { words: '© OpenStreetMap' },
      { words: 'openstreetmap.org/copyright', href: 'https://www.openstreetmap.org/copyright' },
    ]);
    expect(linkedParts('<img src=x onerror=alert(1)> javascript:alert(1)')).toEqual([{ words: '<img src=x onerror=alert(1)> javascript:alert(1)' }]);
    expect(linkedParts('')).toEqual([]);
  });
});
