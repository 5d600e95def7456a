// Swipes of a finger, told from taps and from the movements of a mouse.
export interface SwipeActions {
  left: () => void;
  right: () => void;
  down: () => void;
}

const least = 48; // CSS pixels; a shorter movement is a tap

export function useSwipe(actions: SwipeActions) {
  let start: { id: number; x: number; y: number } | null = null;

  return {
    begin(event: PointerEvent): void {
      // A second finger means zooming, not swiping.
      start = event.pointerType === 'touch' && event.isPrimary ? { id: event.pointerId, x: event.clientX, y: event.clientY } : null;
    },
    cancel(): void {
      start = null;
    },
    end(event: PointerEvent): void {
      if (!start || start.id !== event.pointerId) return;
      const across = event.clientX - start.x;
      const down = event.clientY - start.y;
      start = null;
      if (Math.abs(across) >= least && Math.abs(across) > 2 * Math.abs(down)) (across < 0 ? actions.left : actions.right)();
      else if (down >= 2 * least && down > 2 * Math.abs(across)) actions.down();
    },
  };
}
