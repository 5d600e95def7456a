// Whether photos are on their way, and a way to send some: for those who do not want to load what sends them before
// there is anything to send.
import { ref } from 'vue';
import { text } from '../strings';
import type { Picked } from './picked_files';
import { showToast } from './toasts';
import type { UploadTarget } from './upload_store';

export const areUploadsBusy = ref(false);

export async function uploadSoon(picked: Picked, target: UploadTarget): Promise<void> {
  try {
    (await import('./uploading')).uploadPicked(picked, target);
  } catch {
    // What was chosen is gone with the field: somebody must know that nothing will be sent.
    showToast({ words: text.errors.offline, kind: 'failed' });
  }
}
