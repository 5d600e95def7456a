// The queue of the person who is signed in, joined to the browser: begun with the first page, it goes on by itself when
// a page opens, the line returns, or a closed tab left something.
import { effectScope, watch } from 'vue';
import { reportSignedOut } from '../api/client';
import { askToStore, dropUpload, outcomeOf, sendResumable } from '../api/resumable';
import { text } from '../strings';
import { hashOfFile } from './file_hash';
import type { Picked } from './picked_files';
import { session } from './session';
import { showToast } from './toasts';
import { makeUploadQueue } from './upload_queue';
import { areUploadsBusy } from './uploads_busy';
import { claimUpload, openUploadStore, type UploadTarget } from './upload_store';

const lookInterval = 15_000; // milliseconds between looks for what a closed tab left

// Whoever waits for the line is woken when it is back.
const sleepers = new Set<() => void>();
function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      sleepers.delete(end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    sleepers.add(end);
  });
}

// Pages without TLS have no randomUUID().
function makeId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const uploadQueue = makeUploadQueue({
  store: openUploadStore(),
  claim: claimUpload,
  hash: hashOfFile,
  send: sendResumable,
  outcome: outcomeOf,
  askToStore,
  drop: dropUpload,
  wait,
  now: () => Date.now(),
  makeId,
  onSignedOut: reportSignedOut,
});

let isStarted = false;

export function startUploading(): void {
  if (isStarted) return;
  isStarted = true;
  // Detached: the component that happens to come first goes with its person's sign-out, the queue does not.
  effectScope(true).run(() => {
    watch(
      () => (session.canAdd.value ? session.user.value?.id : undefined),
      (user) => {
        uploadQueue.stop();
        if (user) void uploadQueue.start(user);
      },
      { immediate: true },
    );
    watch(uploadQueue.isBusy, (isBusy) => (areUploadsBusy.value = isBusy), { immediate: true });
  });
  window.addEventListener('online', () => [...sleepers].forEach((wake) => wake()));
  setInterval(() => void uploadQueue.adopt(), lookInterval);
  window.addEventListener('beforeunload', (event) => {
    if (uploadQueue.isUnsafe.value) event.preventDefault();
  });
}

// Says what was left out; what remains is on its way.
export function uploadPicked({ pictures, others }: Picked, target: UploadTarget): void {
  if (others > 0) showToast({ words: text.tray.leftOut(others), kind: 'failed' });
  if (pictures.length === 0) return;
  startUploading(); // whoever is fast chooses before the page has got that far, and starting lets go of what is there
  uploadQueue.add(pictures, target);
  // Asked for with the first files, when a person sees what for; browsers that refuse keep them as long as they can.
  void navigator.storage?.persist?.().catch(() => undefined);
}
