import { describe, expect, it } from 'vitest';
import { canRetry, canSkip, durationOf, eventsOf, kindOf, subjectOf, type TaskStory } from './task_words';

const story: TaskStory = { state: 'available', created_at: '2026-11-21T08:00:00Z', finished_at: null, due_at: '2026-11-21T08:00:00Z', attempt_list: [] };
const attempt = (number: number, minute: number, end: 'running' | 'completed' | 'failed' | 'cancelled') => ({
  attempt: number,
  end,
  started_at: `2026-11-21T08:0${minute}:00Z`,
  ended_at: end === 'running' ? null : `2026-11-21T08:0${minute}:02Z`,
  worker: 'host:7',
  error: end === 'failed' ? `broken ${number}` : null,
  error_code: end === 'failed' ? 'internal' : null,
  log: [],
  log_dropped: 0,
});

describe('the story of a task', () => {
  it('of a waiting one is its making and its turn', () => {
    expect(eventsOf(story).map(({ key, isAhead }) => [key, isAhead ?? false])).toEqual([['created', false], ['due', true]]);
  });

  it('tells each failed attempt, how long it took, who made it, and that it was given up', () => {
    const events = eventsOf({ ...story, state: 'discarded', finished_at: '2026-11-21T08:05:02Z', due_at: null, attempt_list: [attempt(1, 1, 'failed'), attempt(2, 5, 'failed')] });
    expect(events.map(({ key }) => key)).toEqual(['created', 'attempt 1', 'attempt 2', 'end']);
    expect(events[1]).toMatchObject({ words: 'Attempt 1 failed after 2 seconds', detail: 'broken 1', worker: 'host:7', isBad: true });
    expect(events[3]).toMatchObject({ words: 'Given up', isBad: true });
  });

  it('ends with the attempt that succeeded, and goes on with the one that runs', () => {
    const done = eventsOf({ ...story, state: 'completed', finished_at: '2026-11-21T08:05:02Z', due_at: null, attempt_list: [attempt(1, 1, 'failed'), attempt(2, 5, 'completed')] });
    expect(done.map(({ words }) => words)).toEqual(['Created', 'Attempt 1 failed after 2 seconds', 'Attempt 2 succeeded after 2 seconds']);
    const running = eventsOf({ ...story, state: 'running', due_at: null, attempt_list: [attempt(1, 1, 'running')] });
    expect(running.map(({ words }) => words)).toEqual(['Created', 'Attempt 1 began']);
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
