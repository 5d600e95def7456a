import { beforeEach, describe, expect, it } from 'vitest';
import { languageOfBrowser, usePreference } from './preferences';

const sizes = ['small', 'large'] as const;
beforeEach(() => localStorage.clear());

describe('a preference', () => {
  it('is kept, and read again', () => {
    usePreference('size', sizes, 'small').value = 'large';
    expect(localStorage.getItem('sightglass.size')).toBe('large');
    expect(usePreference('size', sizes, 'small').value).toBe('large');
  });

  it('that is none of the choices counts as the usual one', () => {
    localStorage.setItem('sightglass.size', 'enormous');
    expect(usePreference('size', sizes, 'small').value).toBe('small');
  });

  it('follows what another tab chose', () => {
    const size = usePreference('size', sizes, 'small');
    window.dispatchEvent(new StorageEvent('storage', { key: 'sightglass.size', newValue: 'large' }));
    expect(size.value).toBe('large');
    window.dispatchEvent(new StorageEvent('storage', { key: 'sightglass.size', newValue: 'enormous' }));
    expect(size.value).toBe('small');
  });
});

describe('the language of the browser', () => {
  it('is the first that the pages speak, else English', () => {
    expect(languageOfBrowser(['fr-CA', 'de-AT', 'en-US'])).toBe('de');
    expect(languageOfBrowser(['EN-GB', 'de'])).toBe('en');
    expect(languageOfBrowser(['fr', 'ja'])).toBe('en');
    expect(languageOfBrowser([])).toBe('en');
  });
});
