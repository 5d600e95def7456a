// The one-time code as the server prints it at its first start: three groups of four.
export function printedCode(log) {
  return /one-time code: +([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})\b/.exec(log)?.[1];
}

// The address it asks to open for that.
export function printedAddress(log) {
  return /https?:\/\/\S+\/setup/.exec(log)?.[0];
}
