// OK and NG for the ears. Browsers let a page sound only after somebody has touched it or pressed a key.
import { computed, ref } from 'vue';
import { usePreference } from './preferences';
import type { Tone } from './station_outcome';

const choice = usePreference('station-sound', ['on', 'off'], 'on');
export const isSoundOn = computed({ get: () => choice.value === 'on', set: (is: boolean) => (choice.value = is ? 'on' : 'off') });
export const isSoundBlocked = ref(false); // until the page was touched

interface Note {
  hertz: number;
  at: number; // seconds
  lasts: number;
  shape: OscillatorType;
}

// Rising and soft against low, rough and repeated: to be told apart in noise, and by whoever hears high tones badly.
const notes: Record<Tone, readonly Note[]> = {
  ok: [
    { hertz: 660, at: 0, lasts: 0.1, shape: 'sine' },
    { hertz: 990, at: 0.1, lasts: 0.16, shape: 'sine' },
  ],
  ng: [0, 0.22, 0.44].map((at) => ({ hertz: 196, at, lasts: 0.16, shape: 'square' as const })),
};
const loudness = 0.3;
const edge = 0.01; // seconds: sudden edges click

let context: AudioContext | null = null;

function soundNote(on: AudioContext, { hertz, at, lasts, shape }: Note): void {
  const from = on.currentTime + at;
  const voice = new OscillatorNode(on, { type: shape, frequency: hertz });
  const volume = new GainNode(on, { gain: 0 });
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(loudness, from + edge);
  volume.gain.setValueAtTime(loudness, from + lasts - edge);
  volume.gain.linearRampToValueAtTime(0, from + lasts);
  voice.connect(volume).connect(on.destination);
  voice.start(from);
  voice.stop(from + lasts);
}

export function sound(tone: Tone): void {
  if (isSoundOn.value && context?.state === 'running') for (const note of notes[tone]) soundNote(context, note);
}

const follow = () => (isSoundBlocked.value = context !== null && context.state !== 'running');

// Tries to be allowed to sound now, and with each touch and key until it is. Returns what ends it all.
export function openSound(): () => void {
  if (typeof AudioContext === 'undefined') return () => undefined;
  const opened = new AudioContext();
  context = opened;
  const allow = () => void (opened.state === 'suspended' && opened.resume().catch(() => undefined));
  opened.addEventListener('statechange', follow);
  window.addEventListener('pointerup', allow);
  window.addEventListener('keydown', allow);
  follow();
  return () => {
    opened.removeEventListener('statechange', follow);
    window.removeEventListener('pointerup', allow);
    window.removeEventListener('keydown', allow);
    context = null;
    isSoundBlocked.value = false;
    void opened.close().catch(() => undefined);
  };
}
