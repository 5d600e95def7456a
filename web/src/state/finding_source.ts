// Where the findings of a photo come from, and where what people say of them goes: the server.
import { api, type Decision, type Finding, type FindingChange, type FindingInput } from '../api/client';
import { dataOf, Problem } from '../api/problem';
import { text } from '../strings';
import { showToast } from './toasts';

export interface Decided {
  finding: Finding; // as it stands then
  decision: string; // to be taken back by
}

// Each throws a Problem when it is refused.
export interface FindingSource {
  list(photo: string): Promise<Finding[]>;
  decide(decision: Decision): Promise<Decided>;
  undo(decisionId: string): Promise<Finding | null>; // as it stands then; null where none was before
  draw(photo: string, input: FindingInput): Promise<Finding>;
  change(finding: string, change: FindingChange): Promise<Finding>;
  remove(finding: string, revision: number): Promise<void>;
  lastDecisionOn(finding: string): Promise<string | null>; // of this person, and not taken back
  failed(words: string): void; // something that was decided is not recorded
}

export const findingSource: FindingSource = {
  list: async (id) => (await dataOf(api.GET('/api/v1/images/photos/{id}/findings', { params: { path: { id } } }))).results,
  async decide(decision) {
    const { results } = await dataOf(api.POST('/api/v1/review/decisions', { body: { decisions: [decision] } }));
    const { finding, decision_id, error } = results[0] ?? {};
    if (!finding || !decision_id) throw new Problem(error ? 409 : 500, error?.message ?? text.errors.unexpected, error?.field ?? undefined);
    return { finding, decision: decision_id };
  },
  undo: async (decision_id) => (await dataOf(api.POST('/api/v1/review/undo', { body: { decision_id } }))).finding,
  draw: (id, body) => dataOf(api.POST('/api/v1/images/photos/{id}/findings', { params: { path: { id } }, body })),
  change: (id, body) => dataOf(api.PATCH('/api/v1/findings/{id}', { params: { path: { id } }, body })),
  async remove(id, revision) {
    await dataOf(api.DELETE('/api/v1/findings/{id}', { params: { path: { id }, header: { 'If-Match': `"${revision}"` } } }));
  },
  async lastDecisionOn(finding) {
    const { results } = await dataOf(api.GET('/api/v1/review/decisions'));
    return results.find((one) => one.finding_id === finding && !one.undone && one.action !== 'undo')?.id ?? null;
  },
  failed: (words) => void showToast({ words: text.review.notRecorded(words), kind: 'failed' }),
};
