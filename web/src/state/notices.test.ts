import { describe, expect, it, vi } from 'vitest';
import { confirm, question } from './confirmation';
import { dismissToast, showToast, showUndo, toasts } from './toasts';

describe('a question', () => {
  it('is answered once, and then gone', async () => {
    const asked = confirm({ title: 'Delete?', action: 'Delete' });
    question.value!.answer(true);
    expect(await asked).toBe(true);
    expect(question.value).toBeNull();
  });

  it('that another one replaces counts as no, and leaves the other open', async () => {
    const first = confirm({ title: 'One?', action: 'Go' });
    const second = confirm({ title: 'Two?', action: 'Go' });
    expect(await first).toBe(false);
    expect(question.value?.title).toBe('Two?');
    question.value!.answer(false);
    expect(await second).toBe(false);
  });
});

describe('toasts', () => {
  it('are dismissed by their number, and the oldest gives way to a fifth', () => {
    const numbers = ['a', 'b', 'c', 'd', 'e'].map((words) => showToast({ words }));
    expect(toasts.value.map((one) => one.words)).toEqual(['b', 'c', 'd', 'e']);
    numbers.forEach(dismissToast);
    expect(toasts.value).toEqual([]);
  });

  it('offer to undo', () => {
    const undo = vi.fn();
    const number = showUndo('3 photos moved to the trash', 'Undo', undo);
    void toasts.value[0]!.action!.run();
    expect(undo).toHaveBeenCalledOnce();
    dismissToast(number);
  });
});
