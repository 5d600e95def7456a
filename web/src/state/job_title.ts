// What a job is called where people read it.
import type { Job } from '../api/client';
import { text } from '../strings';

export function jobTitle(job: Pick<Job, 'id' | 'number' | 'title'>): string {
  return [job.number, job.title].filter(Boolean).join(' · ') || text.jobs.untitled(job.id);
}
