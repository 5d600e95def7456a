// How a source stands, how far its run is, and why a file is where it is, in words.
import type { SourceFile, SourceCounts, SourceRun, Source } from '../api/client';
import { text } from '../strings';
import type { FileFilters, FileReason } from './source_files';

export type Health = Source['health'] | 'running';

export const healthOf = ({ run, health }: Pick<Source, 'run' | 'health'>): Health => (run ? 'running' : health);

// What somebody should do about it; empty when nothing.
export function adviceOf(source: Source): string {
  const { advice } = text.sources;
  if (source.health === 'quiet') return advice.quiet(source.settings.quiet_days ?? 0);
  if (source.health === 'new') return source.run ? '' : advice.new;
  return source.health === 'failing' ? advice.failing : '';
}

// Of files, and of those that a trial would leave out.
export const reasonWords = (reason: string): string => text.sources.reasons[reason as FileReason | 'name_pattern'] ?? text.sources.reasons.other;

// Why a file is where it is; empty when nothing is to be said.
export function whyOf({ reason, message }: Pick<SourceFile, 'reason' | 'message'>): string {
  const words = reason ? reasonWords(reason) : '';
  return [words, message].filter(Boolean).join(': ');
}

// A path as people write it; what is no text in any way stays encoded.
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

// Of the files of one run so far, and of those that are left for it; `of` is 0 while that is not known.
export function progressOf(run: SourceRun, { seen, fetched }: SourceCounts): { done: number; of: number } {
  const done = run.pulled + run.skipped + run.failed;
  if (run.phase !== 'pulling') return { done, of: 0 };
  const all = done + seen + fetched;
  return { done, of: run.max_files === null ? all : Math.max(done, Math.min(all, run.max_files)) };
}

export function phaseOf({ state, phase }: SourceRun): string {
  if (state === 'queued') return text.sources.run.queued;
  return phase === 'pulling' ? text.sources.run.pulling : text.sources.run.listing;
}

// What a run has done, for people who wait for it.
export function outcomeWords(run: SourceRun): string {
  const { pulled, skipped, failed } = run;
  const hasDone = pulled + skipped + failed > 0;
  if (run.outcome !== 'failed') return hasDone ? text.sources.run.did(pulled, skipped, failed) : text.sources.run.nothingNew;
  return hasDone ? `${text.sources.run.did(pulled, skipped, failed)} ${text.sources.run.cutShort(run.error)}` : text.sources.run.couldNot(run.error);
}

// What narrows the list beside its tab, each to be taken away by itself.
export const chipsOf = (filters: FileFilters): { name: 'q' | 'reason' | 'run'; words: string }[] =>
  (['q', 'reason', 'run'] as const)
    .filter((name) => filters[name])
    .map((name) => ({ name, words: text.sources.ledger.chip[name]!(name === 'reason' ? reasonWords(filters.reason) : filters[name]!) }));
