import { describe, expect, it } from 'vitest';
import type { Setting } from '../api/client';
import { bySection, environmentOf, meaningOf, valueOf } from './setting_words';

const setting = (name: string): Setting => ({ name, value: 1, default: 1, source: 'default', words: 'From the server.' });

describe('a setting', () => {
  it('shows its value as people write it', () => {
    expect(valueOf('storage.keep_originals', true)).toBe('Yes');
    expect(valueOf('storage.min_free_bytes', 67_108_864)).toBe('67.1 MB');
    expect(valueOf('server.trusted_proxies', [])).toBe('Not set');
    expect(valueOf('server.trusted_proxies', ['::1', '10.0.0.0/8'])).toBe('::1, 10.0.0.0/8');
    expect(valueOf('server.tls_key', '')).toBe('Not set');
  });

  it('that is newer than the pages is told in the words of the server', () => {
    expect(meaningOf(setting('storage.keep_originals'))).not.toBe('From the server.');
    expect(meaningOf(setting('camera.new_thing'))).toBe('From the server.');
    expect(environmentOf('server.tls_key')).toBe('SIGHTGLASS_SERVER_TLS_KEY');
  });

  it('stands with the others of its section', () => {
    const sections = bySection([setting('server.a'), setting('log.b'), setting('server.c')]);
    expect(sections.map(({ name, settings }) => [name, settings.length])).toEqual([['server', 2], ['log', 1]]);
  });
});
