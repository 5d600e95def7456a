// The keys of a review queue.
import { text } from '../strings';
import { useKeys } from './keys';

export interface ReviewActions {
  confirm(): void;
  reject(): void;
  empty(): void;
  undo(): void;
  repeat(): void;
  step(by: 1 | -1): void;
  toggleGrid(): void;
  toggleHeatMap(): void;
  toggleVisit(): void; // whether a decision holds for all of it
  leave(): void;
  digit(digit: string): void; // a count, or the first of a reading
  letter(letter: string): void; // a label
  isEmptyOffered(): boolean;
  isVisitOffered(): boolean;
  areDigitsOffered(): boolean;
  letters(): readonly string[];
}

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const alphabet = [...'abcdefghijklmnopqrstuvwxyz'];

export function useReviewKeys(act: ReviewActions): void {
  const words = () => text.review.keyWords;
  useKeys(() => text.review.keys, [
    { repeats: false, keys: 'Enter', words: () => words().confirm, run: () => act.confirm() },
    { repeats: false, keys: 'x', words: () => words().reject, run: () => act.reject() },
    { repeats: false, keys: '0', words: () => words().isEmpty, run: () => act.empty(), isActive: () => act.isEmptyOffered() },
    { repeats: false, keys: 'z', words: () => words().undo, run: () => act.undo() },
    { repeats: false, keys: 'r', words: () => words().repeat, run: () => act.repeat() },
    { keys: ['ArrowRight', 'j'], words: () => words().next, run: () => act.step(1) },
    { keys: ['ArrowLeft', 'k'], words: () => words().previous, run: () => act.step(-1) },
    { keys: 'g', words: () => words().grid, run: () => act.toggleGrid() },
    { keys: 'h', words: () => words().heatMap, run: () => act.toggleHeatMap() },
    { repeats: false, keys: '.', words: () => words().visit, run: () => act.toggleVisit(), isActive: () => act.isVisitOffered() },
    { keys: 'Escape', words: () => words().leave, run: () => act.leave() },
    { keys: act.isEmptyOffered() ? digits : [...digits, '0'], words: () => (act.isEmptyOffered() ? words().count : words().value), run: (event) => act.digit(event.key), isActive: () => act.areDigitsOffered() },
    ...alphabet.map((letter) => ({ repeats: false, keys: letter, words: () => words().label, run: () => act.letter(letter), isActive: () => act.letters().includes(letter) })),
  ]);
}
