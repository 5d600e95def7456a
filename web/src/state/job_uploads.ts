// The upload queue of each job. It outlives the job's page: walking away, going back or signing in again after the
// session has ended loses no photo. Only a reload of the page does, and the browser asks before that.
import { sendJobImage } from '../api/upload';
import { useUploadQueue, type UploadQueue } from './uploads';

const queues = new Map<string, UploadQueue>(); // by user and job: another user does not see them

export function uploadsOf(userId: string, jobId: number): UploadQueue {
  const key = `${userId}/${jobId}`;
  const known = queues.get(key);
  if (known) return known;
  const queue = useUploadQueue((file, words, onProgress) => sendJobImage(jobId, file, words, onProgress));
  queues.set(key, queue);
  return queue;
}

export function areUploadsBusy(): boolean {
  return [...queues.values()].some((queue) => queue.isBusy.value);
}

// Stops what is on its way and forgets everything, as at signing out.
export function dropUploads(): void {
  for (const queue of queues.values()) queue.cancelAll();
  queues.clear();
}

window.addEventListener('beforeunload', (event) => {
  if (areUploadsBusy()) event.preventDefault();
});
