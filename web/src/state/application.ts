// The application as an installed thing: its service worker, new versions of it, and whether there is a connection.
import { ref } from 'vue';
import { text } from '../strings';
import { dismissToast, showToast } from './toasts';

export const isOnline = ref(navigator.onLine);
window.addEventListener('online', () => (isOnline.value = true));
window.addEventListener('offline', () => (isOnline.value = false));

const lookInterval = 3_600_000; // milliseconds between looks for a new version in a page that stays open
let offer = 0; // the toast that stands; 0 while none does

function offerReload(reload: () => void): void {
  dismissToast(offer);
  offer = showToast({ words: text.application.update, staysOpen: true, action: { words: text.application.reload, run: reload } });
}

// Offers the version that waits; nobody's work is interrupted by it. Another tab may take it first, and then this
// page is the old one: it is offered to reload as well.
function followVersions(registration: ServiceWorkerRegistration): void {
  const container = navigator.serviceWorker;
  let isAsked = false;

  const takeOver = (waiting: ServiceWorker) => {
    isAsked = true;
    waiting.postMessage('take over');
  };
  const offerWaiting = () => {
    const { waiting } = registration;
    if (waiting && container.controller) offerReload(() => takeOver(waiting));
  };
  const isFirst = container.controller === null;
  container.addEventListener('controllerchange', () => {
    if (isAsked) window.location.reload();
    else if (!isFirst) offerReload(() => window.location.reload());
  });
  registration.addEventListener('updatefound', () => {
    const { installing } = registration;
    installing?.addEventListener('statechange', () => installing.state === 'installed' && offerWaiting());
  });
  offerWaiting();
}

// Does nothing where service workers are not allowed: without TLS, but for the own machine.
export async function installApplication(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register('/service-worker.js', { updateViaCache: 'none' });
    followVersions(registration);
    const look = () => void registration.update().catch(() => undefined); // no connection: another time
    setInterval(look, lookInterval);
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look());
  } catch {
    // Switched off by the browser or its owner: the pages work without.
  }
}
