// A camera sees the same code many times a second: it counts once, and again when it has been out of sight.
const outOfSight = 2000; // milliseconds

export interface CodeSight {
  see(codes: readonly string[], now: number): string | null; // the code that came into sight; now in milliseconds
}

export function codeSight(): CodeSight {
  const seen = new Map<string, number>();
  return {
    see(codes, now) {
      for (const [code, at] of seen) if (now - at > outOfSight) seen.delete(code);
      const fresh = codes.find((code) => !seen.has(code)) ?? null;
      for (const code of codes) seen.set(code, now);
      return fresh;
    },
  };
}
