// What became of a part, for people and their ears.
import type { Trigger } from '../api/client';

export type Outcome = 'ok' | 'unjudged' | 'ng' | 'judging' | 'failed' | 'lost';

type Told = Pick<Trigger, 'state' | 'verdict' | 'judged'>;

export function outcomeOf({ state, verdict, judged }: Told): Outcome {
  if (state === 'lost') return 'lost';
  if (verdict === 'NG') return 'ng';
  if (verdict === 'OK') return judged ? 'ok' : 'unjudged';
  return state === 'failed' ? 'failed' : 'judging';
}

// Whether its pictures can be had: they are moved whole once all is written.
export const hasPictures = ({ state }: Pick<Trigger, 'state'>): boolean => state === 'built' || state === 'filed';

// It may get a name later: no id waited for it, and there is something to file.
export const isNameable = (trigger: Pick<Trigger, 'state' | 'image_id'>): boolean => trigger.image_id === null && hasPictures(trigger);

export type Tone = 'ok' | 'ng';

const toneOf: Record<Outcome, Tone | null> = { ok: 'ok', unjudged: 'ok', ng: 'ng', failed: 'ng', lost: 'ng', judging: null };

// What is to be heard of triggers, the newest first, whose ends were not `heard` yet: the worst of them, for several may
// come at once. Adds them.
export function toneFor(triggers: readonly Trigger[], heard: Set<string>): Tone | null {
  const ended = triggers.filter((one) => !heard.has(one.id) && toneOf[outcomeOf(one)] !== null);
  for (const { id } of ended) heard.add(id);
  const tones = ended.map((one) => toneOf[outcomeOf(one)]);
  return tones.includes('ng') ? 'ng' : (tones[0] ?? null);
}
