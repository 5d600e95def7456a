import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { currentLanguage, showLanguage, text } from '.';
import * as german from './de';
import * as english from './en';

afterEach(() => showLanguage('en'));

// Every word under a path such as "jobs.title".
function wordsOf(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => wordsOf(inner, path ? `${path}.${key}` : key));
}

describe('the strings', () => {
  it('follow the language while the page is open', async () => {
    expect(text.jobs.title).toBe('Jobs');
    await showLanguage('de');
    expect(text.jobs.title).toBe('Aufträge');
    expect(text.common.photos(1200)).toBe('1.200 Fotos');
    expect(document.documentElement.lang).toBe('de');
  });

  it('end in the language that was chosen last, whichever comes first', async () => {
    await Promise.all([showLanguage('de'), showLanguage('en')]);
    expect(currentLanguage()).toBe('en');
  });

  it('are there in every language, and none is empty', () => {
    const paths = wordsOf(english, '').map(([path]) => path);
    expect(wordsOf(german, '').map(([path]) => path).sort()).toEqual([...paths].sort());
    for (const [path, words] of [...wordsOf(english, ''), ...wordsOf(german, '')]) expect(words, path).not.toBe('');
  });

  it('are never kept in a constant of a module, where they would not follow', () => {
    const root = join(process.cwd(), 'src');
    const modules = readdirSync(root, { recursive: true }).map(String).filter((name) => /(?<!\.test|\.d)\.ts$/.test(name));
    const kept = modules.filter((name) => /^(export )?const \w+[^=]*= (?!.*(=>|function)).*\btext\./m.test(readFileSync(join(root, name), 'utf8')));
    expect(kept).toEqual([]);
  });
});
