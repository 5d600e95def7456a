import { describe, expect, it } from 'vitest';
import { canRetry, canSkip, durationOf, eventsOf, kindOf, subjectOf, type TaskStory } from './task_words';

const story: TaskStory = {
  state: 'available',
  created_at: '2026-11-21T08:00:00Z',
  started_at: null,
  finished_at: null,
  due_at: '2026-11-21T08:00:00Z',
  attempts: 0,
  failures: [],
};
const failure = (attempt: number, minute: number) => ({
  attempt,
  started_at: `2026-11-21T08:0${minute}:00Z`,
  failed_at: `2026-11-21T08:0${minute}:02Z`,
  worker: 'host:7',
  error: `broken ${attempt}`,
});

describe('the story of a task', () => {
  it('of a waiting one is its making and its turn', () => {
    expect(eventsOf(story).map(({ key, isAhead }) => [key, isAhead ?? false])).toEqual([['created', false], ['due', true]]);
  });

  it('tells each failed attempt, how long it took, and that it was given up', () => {
    const events = eventsOf({ ...story, state: 'discarded', attempts: 2, started_at: '2026-11-21T08:05:00Z', finished_at: '2026-11-21T08:05:02Z', due_at: null, failures: [failure(1, 1), failure(2, 5)] });
    expect(events.map(({ key }) => key)).toEqual(['created', 'failed 1', 'failed 2', 'end']);
    expect(events[1]).toMatchObject({ words: 'Attempt 1 failed after 2 seconds', detail: 'broken 1', isBad: true });
    expect(events[3]).toMatchObject({ words: 'Given up', isBad: true });
  });

  it('tells the attempt that runs or succeeded beside those that failed', () => {
    const events = eventsOf({ ...story, state: 'completed', attempts: 2, started_at: '2026-11-21T08:05:00Z', finished_at: '2026-11-21T08:05:01Z', due_at: null, failures: [failure(1, 1)] });
    expect(events.map(({ key }) => key)).toEqual(['created', 'failed 1', 'started', 'end']);
  });
});

describe('a task', () => {
  it('is tried again when it ended badly or waits for that, and skipped while it waits', () => {
    expect((['available', 'scheduled', 'running', 'retryable', 'completed', 'discarded', 'cancelled'] as const).map((state) => [canRetry(state), canSkip(state)])).toEqual([
      [false, true], [false, true], [false, false], [true, true], [false, false], [true, false], [true, false],
    ]);
  });

  it('is named after its photo, however little is known of it', () => {
    const photo = { id: 'a', filename: 'f.jpg', original_filename: '', description: '', thumbnail_url: '', uploaded_by: null };
    expect(subjectOf({ photo, photo_id: 'a' })).toBe('f.jpg');
    expect(subjectOf({ photo: { ...photo, description: 'Rust' }, photo_id: 'a' })).toBe('Rust');
    expect(subjectOf({ photo: null, photo_id: 'a' })).toBe('The photo is deleted');
    expect(subjectOf({ photo: null, photo_id: null })).toBe('No photo');
    expect(kindOf({ kind: 'made_up' })).toBe('made_up');
  });

  it('took as long as it took', () => {
    expect(durationOf('2026-11-21T08:00:00Z', '2026-11-21T08:00:00.4Z')).toBe('less than a second');
    expect(durationOf('2026-11-21T08:00:00Z', '2026-11-21T08:03:00Z')).toBe('3 minutes');
    expect(durationOf('2026-11-21T08:00:00Z', '2026-11-21T10:00:00Z')).toBe('2 hours');
  });
});
