import { describe, expect, it } from 'vitest';
import { useSwipe } from './swipe';

function swipe(across: number, down: number, pointerType = 'touch', cancelled = false): string[] {
  const done: string[] = [];
  const hand = useSwipe({ left: () => done.push('left'), right: () => done.push('right'), down: () => done.push('down') });
  const at = (x: number, y: number) =>
    ({ pointerId: 1, pointerType, isPrimary: true, clientX: x, clientY: y }) as PointerEvent;
  hand.begin(at(200, 200));
  if (cancelled) hand.cancel();
  hand.end(at(200 + across, 200 + down));
  return done;
}

describe('a swipe', () => {
  it('goes left, right or down by where the finger went', () => {
    expect(swipe(-80, 10)).toEqual(['left']);
    expect(swipe(80, -10)).toEqual(['right']);
    expect(swipe(10, 120)).toEqual(['down']);
  });
  it('is none when it is short, slanting, cancelled or of a mouse', () => {
    expect(swipe(-20, 0)).toEqual([]);
    expect(swipe(-60, 50)).toEqual([]);
    expect(swipe(-80, 0, 'touch', true)).toEqual([]);
    expect(swipe(-80, 0, 'mouse')).toEqual([]);
  });
});
