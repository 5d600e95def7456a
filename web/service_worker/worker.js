// The service worker: keeps the application's own files, so that it opens at once and also without a connection.
// It keeps nothing else. Answers of the API and pictures go past it untouched, so that nothing that needs a sign-in
// is left behind in its cache by somebody who has signed out. scripts/make-service-worker.mjs puts `version` and
// `files` before this text.
/* global version, files */

const prefix = 'sightglass-files-';
const cacheName = prefix + version;
const shell = '/';
// Addresses that a browser may open but that are no pages of the application.
const foreign = /^\/((api(?!\/ml\/image-id\/?$)|health|metrics|swagger-ui)(\/|$)|assets\/|job\/image\/)/;

async function keepFiles() {
  const cache = await caches.open(cacheName);
  // The shell past the browser's own cache: it must be the one that names these files.
  await cache.addAll([new Request(shell, { cache: 'reload' }), ...files]);
}

async function dropOldFiles() {
  const old = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
}

// The server is asked first: it knows whether the page exists. Only when it cannot be reached does the kept shell
// stand in.
async function openPage(request) {
  try {
    return await fetch(request);
  } catch (failure) {
    const kept = await caches.match(shell, { cacheName });
    if (kept) return kept;
    throw failure;
  }
}

// A file's name holds a hash of its content, so a kept one is never out of date.
async function openFile(request) {
  return (await caches.match(request, { cacheName, ignoreVary: true })) ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(keepFiles()));
self.addEventListener('activate', (event) => event.waitUntil(dropOldFiles().then(() => self.clients.claim())));

// A new version waits until the people who have pages open ask for it.
self.addEventListener('message', (event) => {
  if (event.data === 'take over') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (files.includes(pathname)) event.respondWith(openFile(request));
  else if (request.mode === 'navigate' && !foreign.test(pathname)) event.respondWith(openPage(request));
});
