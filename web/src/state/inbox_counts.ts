// How much waits for the person who is signed in: failures to decide on, notices not read.
import { ref, watch } from 'vue';
import { api } from '../api/client';
import { dataOf } from '../api/problem';
import type { Change } from '../api/live';
import { isAtLeast } from './roles';
import { session } from './session';

export const openFailures = ref(0); // of photos, and of files that sources could not fetch
export const unreadNotices = ref(0);

export async function lookAtInbox(): Promise<void> {
  const countFiles = () => (isAtLeast('reviewer') ? dataOf(api.GET('/api/v1/failures/files/counts')) : { files: 0 });
  const [failures, { files }, notices] = await Promise.all([dataOf(api.GET('/api/v1/failures/counts')), countFiles(), dataOf(api.GET('/api/v1/notices/counts'))]);
  openFailures.value = failures.open + files;
  unreadNotices.value = notices.unread;
}

// The next person starts from nothing.
watch(
  () => session.user.value?.id,
  () => {
    openFailures.value = 0;
    unreadNotices.value = 0;
  },
);

// A photo that is deleted takes its failure along.
export const concernsFailures = ({ type, change }: Change): boolean => type === 'failure' || (type === 'photo' && change === 'deleted');
export const concernsInbox = (change: Change): boolean => change.type === 'notice' || (change.type === 'source' && isAtLeast('reviewer')) || concernsFailures(change);
