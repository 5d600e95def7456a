import { describe, expect, it } from 'vitest';
import { figureRows, figuresOf } from './model_figures';

const trained = {
  held_out: {
    examples: 40,
    auroc: 0.9712,
    recall: null,
    false_rejects: { asked: 0.05, promised: { least: 0, most: 0.12 }, rejected: 1, of: 20, measured: { least: 0, most: 0.25 }, inside: true },
    precision_recall: [{ threshold: 1, precision: 1, recall: 0 }],
  },
  current: { auroc: 0.5 },
  current_model_id: 'x',
  measured_at: '2026-11-01',
};

describe('the figures of models', () => {
  it('are told in words, shares as per cent', () => {
    const figures = figuresOf(trained);
    expect(figures.get('auroc')).toBe('0.971');
    expect(figures.get('recall')).toBe('not measured');
    expect(figures.get('false_rejects.promised')).toBe('0% to 12%');
    expect(figures.get('false_rejects.inside')).toBe('yes');
    expect([...figures.keys()]).not.toContain('precision_recall');
    expect([...figures.keys()].some((key) => key.startsWith('current'))).toBe(false);
  });

  it('stand side by side, those that are known first, and whatever else there is under its own name', () => {
    const rows = figureRows([trained, { mAP50: 0.534, odd: { deep: [1, 2, 3] } }].map((metrics) => ({ metrics: metrics as Record<string, unknown> })));
    expect(rows[0]).toMatchObject({ key: 'examples', values: ['40', null] });
    expect(rows.find(({ key }) => key === 'mAP50')).toMatchObject({ words: 'mAP50', values: [null, '0.534'] });
    expect(rows.find(({ key }) => key === 'odd.deep')?.values[1]).toBe('3 values');
  });

  it('may be none at all', () => {
    expect(figureRows([{ metrics: {} }])).toEqual([]);
  });
});
