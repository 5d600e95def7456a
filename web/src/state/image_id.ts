// The id of a part, as a scanner or a person gives it: a folder's name as it stands. The rule of the server
// (core/image_id), which checks again.
export type WrongId = 'empty' | 'long' | 'characters' | 'dot' | 'spaces';

const longest = 128;

export function wrongOf(id: string): WrongId | null {
  if (id === '') return 'empty';
  if ([...id].length > longest) return 'long';
  if (!/^[A-Za-z0-9._ -]*$/.test(id)) return 'characters';
  if (id.startsWith('.')) return 'dot';
  return /^ | $| {2}/.test(id) ? 'spaces' : null;
}
