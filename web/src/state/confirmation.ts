// Asks before what cannot be undone: `if (await confirm({…})) …`. One question at a time.
import { shallowRef } from 'vue';

export interface Question {
  title: string;
  words?: string;
  action: string; // what the button that goes on says: a verb, never "OK"
  isDangerous?: boolean;
}

export const question = shallowRef<(Question & { answer: (isYes: boolean) => void }) | null>(null);

// False also when another question takes its place or the dialog is left.
export function confirm(asked: Question): Promise<boolean> {
  question.value?.answer(false);
  return new Promise((resolve) => {
    const answer = (isYes: boolean) => {
      if (question.value === mine) question.value = null;
      resolve(isYes);
    };
    const mine = { ...asked, answer };
    question.value = mine;
  });
}
