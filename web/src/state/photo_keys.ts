// The keys of the photo page.
import { text } from '../strings';
import { useKeys } from './keys';
import { quarters } from './photo_turning';

export interface PhotoKeyActions {
  next: () => void;
  previous: () => void;
  inform: () => void;
  mark: () => void;
  editDescription: () => void;
  focusTags: () => void;
  fullscreen: () => void;
  compare: () => void;
  zoomBy: (factor: number) => void;
  home: () => void;
  turn: (by: number) => void; // degrees clockwise
  trash: () => void;
  leave: () => void;
  has: () => { marks: boolean; change: boolean; turn: boolean; trash: boolean }; // what there is, and is allowed
}

const step = 1.5; // times as large

export function usePhotoKeys(actions: PhotoKeyActions): void {
  useKeys(() => text.viewer.label, [
    { keys: 'ArrowRight', words: () => text.viewer.next, run: actions.next },
    { keys: 'ArrowLeft', words: () => text.viewer.previous, run: actions.previous },
    { keys: 'i', words: () => text.viewer.information, run: actions.inform },
    { keys: 'e', words: () => text.viewer.edit.change, run: actions.editDescription, isActive: () => actions.has().change },
    { keys: 't', words: () => text.viewer.edit.addTag, run: actions.focusTags, isActive: () => actions.has().change },
    { keys: 'f', words: () => text.viewer.fullscreen, run: actions.fullscreen },
    { keys: 'c', words: () => text.viewer.compare, run: actions.compare },
    { keys: 'b', words: () => text.viewer.marks.words, run: actions.mark, isActive: () => actions.has().marks },
    { keys: ['+', '='], words: () => text.viewer.zoomIn, run: () => actions.zoomBy(step) },
    { keys: '-', words: () => text.viewer.zoomOut, run: () => actions.zoomBy(1 / step) },
    { keys: '0', words: () => text.viewer.zoomHome, run: actions.home },
    { keys: 'r', words: () => text.viewer.turn.right, run: () => actions.turn(quarters.right), isActive: () => actions.has().turn },
    { keys: 'R', words: () => text.viewer.turn.left, run: () => actions.turn(quarters.left), isActive: () => actions.has().turn },
    { keys: 'Delete', words: () => text.viewer.trash.action, run: actions.trash, isActive: () => actions.has().trash },
    { keys: 'Escape', words: () => text.viewer.back, run: actions.leave },
  ]);
}
