// Signing a browser in as one of the people that a test made; by the fields' purpose, so that it works in every language.
import { password } from '../../api/support/server.mjs';

async function submit(page, name) {
  await page.locator('input[autocomplete=username]').fill(name);
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.locator('form .button--main').click();
}

// To the page that follows a sign-in.
export async function signIn(page, name = 'ada') {
  await page.goto('/sign-in');
  await submit(page, name);
  await page.locator('.page-head h1').waitFor();
}

// Straight to an address; the caller waits for what it shows.
export async function signInTo(page, address, name = 'ada') {
  await page.goto(`/sign-in?next=${encodeURIComponent(address)}`);
  await submit(page, name);
}
