// What is still to be sent, kept in the browser (IndexedDB) with the files themselves: it survives closing the page.
export interface UploadTarget {
  kind: 'field' | 'job';
  jobId?: number;
  description?: string;
}

export interface KeptUpload {
  id: string;
  user: string; // another user of the same browser does not see it
  name: string;
  size: number;
  addedAt: number; // milliseconds since 1970
  target: UploadTarget;
  url: string | null; // of the upload at the server, once announced
  sha256: string | null;
  isPaused: boolean;
  problem: string; // of the last failure that waits for a person
}

export interface UploadStore {
  // Rejects when the browser has no room or keeps nothing.
  add(upload: KeptUpload, file: Blob): Promise<void>;
  change(upload: KeptUpload): Promise<void>;
  remove(id: string): Promise<void>;
  list(user: string): Promise<KeptUpload[]>; // oldest first
  file(id: string): Promise<Blob | null>;
}

const databaseName = 'sightglass-uploads';
// The files apart from what is known of them, so that a change does not write them again.
const stores = ['uploads', 'files'] as const;

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function endOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('uploads', { keyPath: 'id' });
    request.result.createObjectStore('files');
  };
  return answerOf(request);
}

export function openUploadStore(): UploadStore {
  let database: Promise<IDBDatabase> | null = null;
  const connect = () => (database ??= open());
  const write = async (work: (transaction: IDBTransaction) => void) => {
    const transaction = (await connect()).transaction(stores, 'readwrite');
    work(transaction);
    await endOf(transaction);
  };
  return {
    add: (upload, file) =>
      write((transaction) => {
        transaction.objectStore('uploads').put(upload);
        transaction.objectStore('files').put(file, upload.id);
      }),
    change: (upload) => write((transaction) => void transaction.objectStore('uploads').put(upload)),
    remove: (id) =>
      write((transaction) => {
        transaction.objectStore('uploads').delete(id);
        transaction.objectStore('files').delete(id);
      }),
    async list(user) {
      const transaction = (await connect()).transaction('uploads', 'readonly');
      const all: KeptUpload[] = await answerOf(transaction.objectStore('uploads').getAll());
      return all.filter((one) => one.user === user).sort((a, b) => a.addedAt - b.addedAt);
    },
    async file(id) {
      const transaction = (await connect()).transaction('files', 'readonly');
      return ((await answerOf(transaction.objectStore('files').get(id))) as Blob | undefined) ?? null;
    },
  };
}

// Lets no two tabs send the same file. Returns what gives it back, or null when another tab has it. Where browsers have
// no locks (pages without TLS) every tab may try: the server takes one writer at a time and makes one photo.
export function claimUpload(id: string): Promise<(() => void) | null> {
  if (!('locks' in navigator)) return Promise.resolve(() => undefined);
  return new Promise((resolve) => {
    void navigator.locks.request(`sightglass-upload-${id}`, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(null);
      return new Promise<void>((release) => resolve(release));
    });
  });
}
