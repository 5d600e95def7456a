import { nextTick } from 'vue';
import { expect, it } from 'vitest';
import { showLanguage, text } from '../strings';
import { showTitle } from './page_title';

it('the title of the tab follows the page and the language', async () => {
  showTitle(() => text.jobs.title);
  await nextTick();
  expect(document.title).toBe('Jobs · Sightglass');
  await showLanguage('de');
  await nextTick();
  expect(document.title).toBe('Aufträge · Sightglass');
  await showLanguage('en');
  showTitle('North hall');
  await nextTick();
  expect(document.title).toBe('North hall · Sightglass');
});
