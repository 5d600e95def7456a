// Letters for labels: each label keeps the letter it got, and none takes a letter that does something else here.
const taken = new Set(['b', 'd', 'g', 'h', 'j', 'k', 'r', 'x', 'z']);

// Of a long list of a region the first few, so that there are letters for what machines and people said here as well.
const fromRegion = 10;
export const firstLabels = (region: readonly string[], met: readonly string[]) => [...new Set([...region.slice(0, fromRegion), ...met, ...region.slice(fromRegion)])];

export function lettersFor(labels: readonly string[], used: ReadonlySet<string> = taken): Map<string, string> {
  const letters = new Map<string, string>();
  const free = new Set([...'abcdefghijklmnopqrstuvwxyz'].filter((letter) => !used.has(letter)));
  for (const label of labels) {
    const letter = [...label.toLowerCase()].find((one) => free.has(one)) ?? [...free][0];
    if (letter === undefined) break; // more labels than letters: the rest is chosen by hand
    free.delete(letter);
    letters.set(label, letter);
  }
  return letters;
}
