import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { activeGroups, addKeys, listenToKeys, type KeyBinding } from './keys';

let deafen: () => void;
let added: (() => void)[] = [];
beforeEach(() => (deafen = listenToKeys()));
afterEach(() => {
  deafen();
  added.forEach((remove) => remove());
  added = [];
  document.body.innerHTML = '';
});

function register(bindings: KeyBinding[], isExclusive = false): () => void {
  const remove = addKeys({ title: () => 'group', bindings, isExclusive });
  added.push(remove);
  return remove;
}
const binding = (keys: KeyBinding['keys'], run: () => void, more: Partial<KeyBinding> = {}): KeyBinding => ({ keys, words: () => 'words', run, ...more });

function press(key: string, target: Element = document.body, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}
function element(markup: string): Element {
  document.body.innerHTML = markup;
  return document.body.firstElementChild!;
}

describe('the keys', () => {
  it('run what was registered last for them, until it is gone', () => {
    const [page, later] = [vi.fn(), vi.fn()];
    register([binding('x', page)]);
    const remove = register([binding(['x', 'y'], later)]);
    expect(press('x').defaultPrevented).toBe(true);
    press('y');
    remove();
    press('x');
    expect([page.mock.calls.length, later.mock.calls.length]).toEqual([1, 2]);
  });

  it('of a page are silent and not listed while a dialog covers it', () => {
    const run = vi.fn();
    register([binding('x', run)]);
    const uncover = register([], true);
    press('x');
    expect(activeGroups.value).toHaveLength(1);
    expect(run).not.toHaveBeenCalled();
    uncover();
    press('x');
    expect(run).toHaveBeenCalledOnce();
  });

  it('are left to fields that a person types in, and to shortcuts of the browser', () => {
    const run = vi.fn();
    register([binding('x', run), binding('Escape', run)]);
    press('x', element('<input type="search">'));
    press('x', element('<textarea></textarea>'));
    press('x', document.body, { ctrlKey: true });
    press('x', document.body, { metaKey: true });
    expect(run).not.toHaveBeenCalled();
    press('Escape', element('<input>'));
    press('x', element('<input type="checkbox">'));
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('of letters work under Caps Lock, and with Shift they are others', () => {
    const run = vi.fn();
    register([binding('x', run)]);
    press('X');
    expect(run).toHaveBeenCalledOnce();
    press('X', document.body, { shiftKey: true });
    expect(run).toHaveBeenCalledOnce();
  });

  it('Enter and Space are left to the button that has the focus', () => {
    const run = vi.fn();
    register([binding(['Enter', ' '], run)]);
    expect(press('Enter', element('<button>Go</button>')).defaultPrevented).toBe(false);
    expect(run).not.toHaveBeenCalled();
    press(' ');
    expect(run).toHaveBeenCalledOnce();
  });

  it('in a row work only right after each other', () => {
    const [row, single] = [vi.fn(), vi.fn()];
    register([binding('g p', row), binding('p', single)]);
    press('g');
    press('p');
    expect([row.mock.calls.length, single.mock.calls.length]).toEqual([1, 0]);
    press('p');
    press('g');
    press('q');
    press('p');
    expect([row.mock.calls.length, single.mock.calls.length]).toEqual([1, 2]);
  });

  it('that are not active just now do nothing and are given on', () => {
    const [page, later] = [vi.fn(), vi.fn()];
    register([binding('x', page)]);
    register([binding('x', later, { isActive: () => false })]);
    press('x');
    expect([page.mock.calls.length, later.mock.calls.length]).toEqual([1, 0]);
  });
});
