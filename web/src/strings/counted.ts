// A count with its noun, in the digits of the language.
export function counted(language: string, count: number, one: string, many: string): string {
  return `${count.toLocaleString(language)} ${count === 1 ? one : many}`;
}
