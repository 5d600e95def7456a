// Reads comma-separated values as RFC 4180 has them, strictly: lines end in CR LF, a quote inside of quotes is doubled.
import assert from 'node:assert/strict';

export function readCsv(text) {
  const rows = [[]];
  for (let i = 0; i < text.length; ) {
    let cell = '';
    if (text[i] === '"') {
      for (i += 1; text[i] !== '"' || text[i + 1] === '"'; i += 1) {
        assert.ok(i < text.length, 'a quote that is not closed');
        if (text[i] === '"') i += 1;
        cell += text[i];
      }
      i += 1;
    } else {
      while (i < text.length && text[i] !== ',' && text[i] !== '\r') {
        assert.notEqual(text[i], '"', 'a quote in a cell without quotes');
        assert.notEqual(text[i], '\n', 'a bare line feed');
        cell += text[i++];
      }
    }
    rows.at(-1).push(cell);
    if (text[i] === ',') {
      i += 1;
      continue;
    }
    assert.equal(text.slice(i, i + 2), '\r\n');
    i += 2;
    if (i < text.length) rows.push([]);
  }
  const [names, ...lines] = rows;
  return lines.map((line) => {
    assert.equal(line.length, names.length);
    return Object.fromEntries(names.map((name, i) => [name, line[i]]));
  });
}
