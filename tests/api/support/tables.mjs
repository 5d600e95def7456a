// Comma-separated values (RFC 4180) as objects named by the first line.
export function tableOf(text) {
  const rows = [[]];
  let cell = '';
  let isQuoted = false;
  const endCell = () => {
    rows.at(-1).push(cell);
    cell = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (isQuoted && letter === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (letter === '"') isQuoted = !isQuoted;
    else if (letter === ',' && !isQuoted) endCell();
    else if (letter === '\n' && !isQuoted) {
      endCell();
      rows.push([]);
    } else if (letter !== '\r') cell += letter;
  }
  if (cell || rows.at(-1).length > 0) endCell();
  const [names, ...values] = rows.filter((row) => row.length > 0 && row.join('') !== '');
  return values.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? ''])));
}
