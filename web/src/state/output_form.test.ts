import { expect, test } from 'vitest';
import { outputKinds, settingFields, settingsOf, textsOf, wrongSettings } from './output_form';

test('a new output has the usual settings of its kind', () => {
  expect(settingsOf('mqtt', { ...textsOf('mqtt'), host: 'broker' })).toEqual({ host: 'broker', port: 1883, tls: false, qos: 1 });
  expect(settingsOf('modbus', { ...textsOf('modbus'), host: 'plc', ng_coil: '3' })).toEqual({ host: 'plc', port: 502, unit: 1, ng_coil: 3, pulse_ms: 500 });
  expect(settingsOf('line', textsOf('line'))).toEqual({ line: 'Line1', on: 'NG', pulse_ms: 500 });
});

test('what is stored shows in the form, and what is absent stays absent', () => {
  const settings = { host: 'plc', port: 1502, unit: 7, ok_coil: 0, pulse_ms: 0 };
  const texts = textsOf('modbus', settings);
  expect(texts.ng_coil).toBe('');
  expect(settingsOf('modbus', texts)).toEqual(settings);
  expect(textsOf('mqtt', { host: 'broker', tls: true }).tls).toBe('1');
});

test('numbers keep to the bounds of their kind', () => {
  const wrongOf = (kind: 'mqtt' | 'modbus' | 'line', texts: Record<string, string>) => wrongSettings(kind, { ...textsOf(kind), ...texts }).map(({ name }) => name);
  expect(wrongOf('mqtt', {})).toEqual([]);
  expect(wrongOf('mqtt', { port: '0', qos: '3' })).toEqual(['port', 'qos']);
  expect(wrongOf('modbus', { ok_coil: '65536', ng_coil: '-1', pulse_ms: '0', unit: 'x' })).toEqual(['unit', 'ok_coil', 'ng_coil']);
  expect(wrongOf('line', { pulse_ms: '0' })).toEqual(['pulse_ms']);
  for (const kind of outputKinds) expect(wrongSettings(kind, Object.fromEntries(settingFields[kind].map(({ name }) => [name, '']))), kind).toEqual([]);
});
