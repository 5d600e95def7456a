import { describe, expect, it } from 'vitest';
import { coverPage } from './cover';

const inertOnes = () => [...document.body.children].filter((one) => (one as HTMLElement).inert).map((one) => one.id);

describe('a cover', () => {
  it('leaves only what stands in it, and notices, within reach', () => {
    document.body.innerHTML = '<div id="app"></div><div id="first"><b></b></div><div id="second"><i></i></div><div id="news" aria-live="off"></div>';
    const uncoverFirst = coverPage(document.querySelector('b')!);
    expect(inertOnes()).toEqual(['app', 'second']);
    uncoverFirst();
    expect(inertOnes()).toEqual([]);
  });

  it('gives the focus back when it goes, unless something else has it', async () => {
    document.body.innerHTML = '<div id="app"><button></button><input></div><div><b></b></div>';
    const [button, input] = [document.querySelector('button')!, document.querySelector('input')!];
    for (const next of [null, input]) {
      button.focus();
      const uncover = coverPage(document.querySelector('b')!);
      button.blur();
      uncover();
      next?.focus();
      await new Promise((resolve) => setTimeout(resolve));
      expect(document.activeElement).toBe(next ?? button);
    }
  });

  it('upon a cover gives back only what it took itself', () => {
    document.body.innerHTML = '<div id="app"></div><div id="first"><b></b></div><div id="second"><i></i></div>';
    document.querySelector<HTMLElement>('#second')!.remove();
    const uncoverFirst = coverPage(document.querySelector('b')!);
    document.body.insertAdjacentHTML('beforeend', '<div id="second"><i></i></div>');
    const uncoverSecond = coverPage(document.querySelector('i')!);
    expect(inertOnes()).toEqual(['app', 'first']);
    uncoverSecond();
    expect(inertOnes()).toEqual(['app']);
    uncoverFirst();
    expect(inertOnes()).toEqual([]);
  });
});
