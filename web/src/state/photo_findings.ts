// What was found on the photo that is shown, and what a person says of it: one word after the other, each of which can be
// taken back.
import { computed, ref, shallowRef, watch } from 'vue';
import type { Decision, Finding, FindingChange, FindingInput } from '../api/client';
import { wordsOf } from '../api/problem';
import type { FindingSource } from './finding_source';

export type Verdict = Omit<Decision, 'finding_id' | 'client_id' | 'seconds' | 'revision'>;

interface Done {
  finding: string;
  decision: string | null; // asked for when it is taken back
}

const remembered = 50; // words that can be taken back, as the server has it

export function usePhotoFindings(photo: () => string | null, source: FindingSource, now: () => number = () => performance.now()) {
  const findings = shallowRef<Finding[]>([]); // in the order they were found
  const selectedId = ref<string | null>(null);
  const error = ref('');
  const running = ref(0);
  const done = shallowRef<Done[]>([]);
  let since = now();
  let isFirst = true; // look at this photo

  const selected = computed(() => findings.value.find(({ id }) => id === selectedId.value) ?? null);
  const nextOpen = (after: number) => {
    const row = [...findings.value.slice(after + 1), ...findings.value.slice(0, Math.max(0, after))];
    return row.find(({ review_state: state }) => state === 'open') ?? null;
  };

  function select(id: string | null): void {
    selectedId.value = id;
    since = now();
  }
  function step(by: 1 | -1): void {
    const place = findings.value.findIndex(({ id }) => id === selectedId.value);
    const wanted = findings.value[place < 0 ? 0 : place + by];
    if (wanted) select(wanted.id);
  }
  function put(finding: Finding): void {
    const isKnown = findings.value.some(({ id }) => id === finding.id);
    findings.value = isKnown ? findings.value.map((one) => (one.id === finding.id ? finding : one)) : [...findings.value, finding];
  }
  function drop(id: string): void {
    findings.value = findings.value.filter((one) => one.id !== id);
    if (selectedId.value === id) select(null);
  }

  // What is there is shown until the answer is; of another photo nothing is.
  async function refresh(): Promise<void> {
    const asked = photo();
    if (asked === null) return;
    try {
      const found = await source.list(asked);
      if (asked !== photo()) return;
      findings.value = found;
      error.value = '';
      if (isFirst) select((nextOpen(-1) ?? found[0])?.id ?? null);
      isFirst = false;
    } catch (cause) {
      if (asked === photo()) error.value = wordsOf(cause);
    }
  }
  watch(
    photo,
    () => {
      findings.value = [];
      done.value = [];
      error.value = '';
      isFirst = true;
      select(null);
      void refresh();
    },
    { immediate: true },
  );

  // One at a time and in their order: each is of what stood after the one before. What was refused may have been overtaken,
  // so that the findings are looked at again.
  let last: Promise<boolean> = Promise.resolve(true);
  function attempt(work: (asked: string) => Promise<void>): Promise<boolean> {
    const asked = photo();
    running.value += 1;
    last = last.then(async () => {
      try {
        if (asked !== null && asked === photo()) await work(asked);
        return true;
      } catch (cause) {
        source.failed(wordsOf(cause));
        await refresh();
        return false;
      } finally {
        running.value -= 1;
      }
    });
    return last;
  }
  const remember = (one: Done) => (done.value = [...done.value, one].slice(-remembered));
  const seconds = () => Math.max(0, Math.round(now() - since)) / 1000;
  const revisionOf = (id: string) => findings.value.find((one) => one.id === id)?.revision;

  function decide(verdict: Verdict): Promise<boolean> {
    const id = selectedId.value;
    if (id === null) return Promise.resolve(false);
    const took = seconds();
    return attempt(async () => {
      const { finding, decision } = await source.decide({ finding_id: id, client_id: crypto.randomUUID(), seconds: took, revision: revisionOf(id), ...verdict });
      put(finding);
      remember({ finding: id, decision });
      const next = nextOpen(findings.value.findIndex((one) => one.id === id));
      if (selectedId.value === id && next) select(next.id);
    });
  }

  const draw = (input: FindingInput) =>
    attempt(async (asked) => {
      const drawn = await source.draw(asked, { client_id: crypto.randomUUID(), ...input });
      put(drawn);
      select(drawn.id);
      remember({ finding: drawn.id, decision: null });
    });

  const change = (id: string, wish: FindingChange) =>
    attempt(async () => {
      put(await source.change(id, { client_id: crypto.randomUUID(), revision: revisionOf(id), ...wish }));
      remember({ finding: id, decision: null });
    });

  // Of what a person drew nothing remains; what a machine found is rejected by that.
  const remove = (id: string) =>
    attempt(async () => {
      const found = findings.value.find((one) => one.id === id);
      if (!found) return;
      await source.remove(id, found.revision);
      if (found.by_person) drop(id);
      else await refresh();
      remember({ finding: id, decision: null });
    });

  async function undo(): Promise<boolean> {
    await last;
    const one = done.value.at(-1);
    if (!one) return false;
    return attempt(async () => {
      const decision = one.decision ?? (await source.lastDecisionOn(one.finding));
      done.value = done.value.filter((other) => other !== one);
      if (decision === null) return;
      const finding = await source.undo(decision);
      if (finding) put(finding);
      else drop(one.finding);
      if (finding) select(one.finding);
    });
  }

  return { findings, selected, selectedId, error, isBusy: computed(() => running.value > 0), mayUndo: computed(() => done.value.length > 0), select, step, refresh, decide, draw, change, remove, undo };
}
export type PhotoFindings = ReturnType<typeof usePhotoFindings>;
