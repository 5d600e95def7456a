// The one way to the server. Every shape comes from the OpenAPI document by way of schema.d.ts.
import createClient, { type Middleware } from 'openapi-fetch';
import { takeEarly } from './early';
import type { components, paths } from './schema';

type Schemas = components['schemas'];
export type Job = Schemas['Job'];
export type JobInput = Schemas['JobInput'];
export type JobStatus = Schemas['JobStatus'];
export type Photo = Schemas['Photo'];
export type PhotoDetail = Schemas['PhotoDetail'];
export type PhotoPair = Schemas['PhotoPair'];
export type PhotoPairChange = Schemas['PhotoPairChange'];
export type PhotoInput = Schemas['PhotoInput'];
export type PhotoChangeEntry = Schemas['PhotoChangeEntry'];
export type Task = Schemas['Task'];
export type ShownTask = Schemas['ShownTask'];
export type TaskDetail = Schemas['TaskDetail'];
export type TaskState = Schemas['TaskState'];
export type TaskCounts = Schemas['TaskCounts'];
export type TaskQueue = Schemas['TaskQueue'];
export type Failure = Schemas['Failure'];
export type FailureState = Schemas['FailureState'];
export type FailureGroup = Schemas['FailureGroup'];
export type FailureCounts = Schemas['FailureCounts'];
export type FailureBulk = Schemas['FailureBulk'];
export type Notice = Schemas['Notice'];
export type Finding = Schemas['Finding'];
export type FindingInput = Schemas['FindingInput'];
export type FindingChange = Schemas['FindingChange'];
export type FindingState = Schemas['FindingState'];
export type FindingKind = Schemas['FindingKind'];
export type ReviewItem = Schemas['ReviewItem'];
export type Species = Schemas['Species'];
export type SpeciesList = Schemas['SpeciesList'];
export type VisitPhoto = Schemas['VisitPhoto'];
export type ReviewQueues = Schemas['ReviewQueues'];
export type Decision = Schemas['DecisionInput'];
export type DecisionOutcome = Schemas['DecisionOutcome'];
export type Meter = Schemas['Meter'];
export type MeterInput = Schemas['MeterInput'];
export type Model = Schemas['Model'];
export type ModelDrift = Schemas['ModelDrift'];
export type ModelScope = Schemas['ModelScope'];
export type Promotion = Schemas['Promotion'];
export type TrainingTask = Schemas['TrainingTask'];
export type TrainingScope = Schemas['TrainingScope'];
export type TrainingRun = Schemas['TrainingRun'];
export type TrainingSet = Schemas['TrainingSet'];
export type TrainingPhoto = Schemas['TrainingPhoto'];
export type TrainingMark = Schemas['TrainingMark'];
export type TrainingRole = Schemas['TrainingRole'];
export type HeldOutMeasures = Schemas['HeldOutMeasures'];
export type QueueState = Schemas['Queue'];
export type QueueChange = Schemas['QueueChange'];
export type TaskNode = Schemas['Node'];
export type QueueHistory = Schemas['QueueHistory'];
export type QueuePoint = Schemas['QueuePoint'];
export type TaskAttempt = Schemas['TaskAttempt'];
export type Schedule = Schemas['Schedule'];
export type ScheduleDetail = Schemas['ScheduleDetail'];
export type SchedulableKind = Schemas['SchedulableKind'];
export type Camera = Schemas['Camera'];
export type CameraSettings = Schemas['CameraSettings'];
export type LiveMeasures = Schemas['LiveMeasures'];
export type Station = Schemas['Station'];
export type StationInput = Schemas['NewStation'];
export type Recipe = Schemas['Recipe'];
export type Trigger = Schemas['Trigger'];
export type TriggerDetail = Schemas['TriggerDetail'];
export type WaitingId = Schemas['WaitingId'];
export type Output = Schemas['Output'];
export type OutputInput = Schemas['NewOutput'];
export type Delivery = Schemas['Delivery'];
export type Source = Schemas['Source'];
export type NewSource = Schemas['NewSource'];
export type SourceInput = Schemas['SourceInput'];
export type SourceSettings = Schemas['SourceSettings'];
export type SourceSettingsInput = Schemas['SourceSettingsInput'];
export type SourceTest = Schemas['SourceTest'];
export type SourceTrial = Schemas['SourceTrial'];
export type SourceCounts = Schemas['SourceCounts'];
export type SourceRun = Schemas['SourceRun'];
export type SourceFile = Schemas['SourceFile'];
export type SourceClockPreview = Schemas['SourceClockPreview'];
export type FailedFile = Schemas['FailedFile'];
export type FailedFileCause = Schemas['FailedFileCause'];
export type FailedFileBulk = Schemas['FailedFileBulk'];
export type Asset = Schemas['Asset'];
export type Location = Schemas['Location'];
export type Role = Schemas['Role'];
export type ServiceToken = Schemas['ServiceToken'];
export type SampleState = Schemas['SampleState'];
export type Scope = Schemas['Scope'];
export type AuditEntry = Schemas['AuditEntry'];
export type Storage = Schemas['Storage'];
export type Budget = Schemas['Budget'];
export type Setting = Schemas['Setting'];
export type User = Schemas['User'];
export type BrowserSession = Schemas['BrowserSession'];
export type PhotoQuery = NonNullable<paths['/api/v1/images/photos']['get']['parameters']['query']>;
export type JobQuery = NonNullable<paths['/api/v1/jobs']['get']['parameters']['query']>;
export type SourceFileQuery = NonNullable<paths['/api/v1/image-pull-sources/{id}/files']['get']['parameters']['query']>;
export type FailureQuery = NonNullable<paths['/api/v1/failures']['get']['parameters']['query']>;

// Goes with the session cookie on everything that changes something; kept in memory only.
let csrfToken = '';
let onSignedOut: () => void = () => undefined;
let signIns = 0;
const askedIn = new WeakMap<Request, number>(); // how many sign-ins there had been when it was asked

export function useCsrfToken(token: string): void {
  csrfToken = token;
  if (token) signIns += 1;
}
export function currentCsrfToken(): string {
  return csrfToken;
}
// Called when the server no longer knows the session.
export function whenSignedOut(action: () => void): void {
  onSignedOut = action;
}
export function reportSignedOut(): void {
  onSignedOut();
}

const sessionPath = '/api/v1/auth/session';

const withSession: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && csrfToken) request.headers.set('X-CSRF-Token', csrfToken);
    askedIn.set(request, signIns);
    return request;
  },
  // What was asked before the last sign-in, and answered after it, says nothing of the session there is now.
  onResponse({ request, response, schemaPath }) {
    if (response.status === 401 && schemaPath !== sessionPath && askedIn.get(request) === signIns) onSignedOut();
    return response;
  },
};

let running = 0;
// How many requests have no answer yet.
export const runningRequests = () => running;

async function send(request: Request): Promise<Response> {
  running += 1;
  try {
    return await (takeEarly(request) ?? globalThis.fetch(request));
  } finally {
    running -= 1;
  }
}

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  fetch: send,
});
api.use(withSession);
