// A camera sees the same code many times a second: it counts once, and again when it has been out of sight.
const outOfSight = 2000; // milliseconds
const looksWithout = 2; // on a slow device two looks may be further apart than that

export interface CodeSight {
  see(codes: readonly string[], now: number): string | null; // the code that came into sight; now in milliseconds
}

export function codeSight(): CodeSight {
  const seen = new Map<string, { at: number; missed: number }>();
  return {
    see(codes, now) {
      for (const [code, sight] of seen) {
        if (!codes.includes(code)) sight.missed += 1;
        if (sight.missed >= looksWithout && now - sight.at > outOfSight) seen.delete(code);
      }
      const fresh = codes.find((code) => !seen.has(code)) ?? null;
      for (const code of codes) seen.set(code, { at: now, missed: 0 });
      return fresh;
    },
  };
}
