// Chromium for the end-to-end tests, kept on this machine, and a page that notes everything that goes wrong.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const artefacts = join(dirname(fileURLToPath(import.meta.url)), '..', 'artefacts');
mkdirSync(artefacts, { recursive: true });

export const screens = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};

// How pages are looked at: each screen once and each theme once, or every pair of them where all are wanted.
const wanted = process.env.SIGHTGLASS_TEST_EVERY_LOOK ? ['desktop-light', 'desktop-dark', 'phone-light', 'phone-dark'] : ['desktop-light', 'phone-dark'];
export const looks = wanted.map((named) => {
  const [screen, colorScheme] = named.split('-');
  return { screen, colorScheme, named };
});

// Milliseconds: on a machine at its limits a page that looked slowly looks again after twenty times as long.
export const longestWait = 60_000;

// Chromium without what makes a browser of it: the same pages for half the processor's time. A profile and a camera need
// all of it.
const headlessShell = process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell';
const wholeBrowser = process.env.CHROMIUM ?? '/usr/bin/chromium';
const flags = ['--no-sandbox', '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

// `args` are those of a camera.
export function launch(args = []) {
  return chromium.launch({ executablePath: args.length > 0 ? wholeBrowser : headlessShell, args: [...flags, ...args] });
}

// A browser whose pages share one profile, kept in `folder`, with what else opens a tab in it.
export function launchProfile(folder, { args = [], ...options } = {}) {
  return chromium.launchPersistentContext(folder, { executablePath: wholeBrowser, args: [...flags, ...args], ...options });
}

// A page in its own browser profile; `troubles` fills with console errors, breaches of the content security policy,
// failed and refused requests. Service workers are kept out unless asked for: they would answer in the server's place.
export async function openPage(browser, base, screen, options = {}) {
  const context = await browser.newContext({ ...screens[screen], baseURL: base, serviceWorkers: 'block', ...options });
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => console.error('policy:', violatedDirective, blockedURI));
  });
  const page = await context.newPage();
  const troubles = [];
  page.on('console', (message) => message.type() === 'error' && troubles.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => troubles.push(`page: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // Pictures that scrolled away while they loaded are given up by the browser itself.
    if (reason !== 'net::ERR_ABORTED') troubles.push(`failed: ${request.method()} ${request.url()} ${reason}`);
  });
  page.on('response', (answer) => answer.status() >= 400 && troubles.push(`${answer.status()}: ${answer.url()}`));
  page.setDefaultTimeout(longestWait);
  return { page, context, troubles };
}

export async function screenshot(page, name) {
  await settled(page);
  return page.screenshot({ path: join(artefacts, `${name}.png`) });
}

// Pictures fade in: half-way they have colours that nobody is meant to look at.
export function settled(page) {
  return page.evaluate(async () => {
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  });
}

// Through the account's menu, beside the page or behind "More" on a phone.
export async function signOut(page) {
  await page.getByRole('button', { name: /^(Account of|More$|More, )/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

// Nothing on the page is wider than its window.
export function overflowOf(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
