// Who is signed in, kept from page to page by the session cookie.
import { computed, ref } from 'vue';
import { api, useCsrfToken, type BrowserSession, type User } from '../api/client';
import { dataOf, Problem } from '../api/problem';
import { text } from '../strings';

const user = ref<User | null>(null);
const needsSetup = ref(false);
let isKnown = false;

// Remembers that there was a sign-in, so that a first visit does not have to ask for one in vain.
const hintKey = 'sightglass.signed-in';
const hint = {
  isSet: () => {
    try {
      return localStorage.getItem(hintKey) !== null;
    } catch {
      return true; // storage is closed to us: ask the server
    }
  },
  set: (value: boolean) => {
    try {
      if (value) localStorage.setItem(hintKey, '1');
      else localStorage.removeItem(hintKey);
    } catch {
      // Only a hint.
    }
  },
};

function accept(session: BrowserSession): void {
  user.value = session.user;
  useCsrfToken(session.csrf_token);
  hint.set(true);
}

function forget(): void {
  user.value = null;
  useCsrfToken('');
  hint.set(false);
}

async function resume(): Promise<void> {
  if (!hint.isSet()) return;
  try {
    accept(await dataOf(api.GET('/api/v1/auth/session')));
  } catch (cause) {
    if (cause instanceof Problem && cause.status === 401) forget();
    else throw cause;
  }
}

// Asks the server once who this browser is; may throw a Problem, and then may be called again.
async function load(): Promise<void> {
  if (isKnown) return;
  await resume();
  // Somebody is signed in: then there is an administrator, and no need to ask.
  needsSetup.value = user.value === null && (await dataOf(api.GET('/api/v1/setup'))).needed;
  isKnown = true;
}

async function completeSetup(code: string, username: string, password: string): Promise<void> {
  await dataOf(api.POST('/api/v1/setup', { body: { code, username, password } }));
  needsSetup.value = false;
}

async function signIn(username: string, password: string): Promise<void> {
  const request = api.POST('/api/v1/auth/session', { body: { username, password } });
  accept(
    await dataOf(request).catch((cause: unknown) => {
      throw cause instanceof Problem && cause.status === 401 ? new Problem(401, text.signIn.wrong) : cause;
    }),
  );
}

// Throws while the session may still be there; one that is gone by itself is as good.
async function signOut(): Promise<void> {
  await dataOf(api.DELETE('/api/v1/auth/session')).catch((cause: unknown) => {
    if (!(cause instanceof Problem && cause.status === 401)) throw cause;
  });
  forget();
}

export const session = {
  user,
  needsSetup,
  isSignedIn: computed(() => user.value !== null),
  canAdd: computed(() => user.value !== null && user.value.role !== 'viewer'),
  load,
  completeSetup,
  signIn,
  signOut,
  forget,
};
