import { describe, expect, it } from 'vitest';
import { planOf, wordsOfPlan } from './task_bulk';

const counts = { available: 1, scheduled: 2, running: 3, retryable: 4, completed: 5, discarded: 6, cancelled: 7 };

describe('what will become of many tasks', () => {
  it('is told by state, of all that match', () => {
    const plan = planOf({ filter: {}, states: [], counts }, 'retry');
    expect(plan).toEqual({ counts: [['discarded', 6], ['cancelled', 7], ['retryable', 4]], total: 17, stays: 11 });
    expect(wordsOfPlan(plan, 'retry')).toBe('Put back in their queues, with one attempt more: 6 failed, 7 skipped, 4 that will be tried again. 11 others stay as they are.');
  });

  it('says that running ones are asked to stop, where there are any', () => {
    const of = (state: 'running' | 'available') => wordsOfPlan(planOf({ tasks: [{ id: 'a', state }] }, 'cancel'), 'cancel');
    expect(of('running')).toBe('Not worked on: 1 running. Running ones are asked to stop.');
    expect(of('available')).toBe('Not worked on: 1 waiting.');
  });

  it('keeps to the states that are shown', () => {
    expect(planOf({ filter: {}, states: ['available', 'scheduled'], counts }, 'cancel')).toEqual({ counts: [['available', 1], ['scheduled', 2]], total: 3, stays: 0 });
    expect(planOf({ filter: {}, states: ['running'], counts }, 'delete').total).toBe(0);
  });

  it('is told of those that are named', () => {
    const tasks = [{ id: 'a', state: 'completed' as const }, { id: 'b', state: 'running' as const }];
    expect(planOf({ tasks }, 'delete')).toEqual({ counts: [['completed', 1]], total: 1, stays: 1 });
    expect(planOf({ tasks }, 'cancel')).toEqual({ counts: [['running', 1]], total: 1, stays: 1 });
  });
});
