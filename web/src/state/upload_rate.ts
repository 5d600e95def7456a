// How fast bytes went lately, from what was sent when.
const span = 8000; // milliseconds looked back: long enough to be calm over a line that is cut every few seconds

export class UploadRate {
  #samples: { at: number; bytes: number }[] = [];

  note(bytes: number, at: number): void {
    if (bytes <= 0) return;
    this.#samples.push({ at, bytes });
    this.#forget(at);
  }

  // Bytes per second; 0 when nothing went lately.
  perSecond(at: number): number {
    this.#forget(at);
    const [first] = this.#samples;
    if (!first) return 0;
    const sum = this.#samples.reduce((total, { bytes }) => total + bytes, 0);
    return (sum * 1000) / Math.max(1000, at - first.at);
  }

  #forget(now: number): void {
    while (this.#samples.length > 0 && (this.#samples[0]?.at ?? now) < now - span) this.#samples.shift();
  }
}

// Whole seconds; null when nobody can say.
export function secondsLeft(bytes: number, perSecond: number): number | null {
  return perSecond > 0 ? Math.ceil(bytes / perSecond) : null;
}
