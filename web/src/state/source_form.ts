// The form of a source: texts that people type, and what is sent of them. A secret goes in and never out.
import type { NewSource, Source, SourceInput, SourceSettings, SourceSettingsInput, SourceTest } from '../api/client';
import { guessKind, originOf, signIns, type SignIn, type SourceKind } from './source_kinds';

export interface NumberField {
  name: 'depth' | 'max_files' | 'settle_seconds' | 'requests_per_second' | 'connections' | 'max_file_mb' | 'quiet_days';
  least: number;
  most: number;
  isWhole: boolean;
}

const whole = (name: NumberField['name'], least: number, most: number): NumberField => ({ name, least, most, isWhole: true });
export const numberFields: readonly NumberField[] = [
  whole('depth', 0, 16),
  whole('max_files', 1, 1000),
  whole('max_file_mb', 1, 1024),
  whole('settle_seconds', 0, 3600),
  whole('connections', 1, 16),
  { name: 'requests_per_second', least: 0.1, most: 1000, isWhole: false },
  whole('quiet_days', 0, 365),
];

// Those of a new source, as the server has them.
export const usualSettings: SourceSettings = {
  depth: 0,
  name_pattern: '*',
  max_files: 10,
  until_drained: false,
  settle_seconds: 5,
  requests_per_second: 10,
  connections: 2,
  max_file_mb: 50,
  allow_plain_transport: false,
  allow_private_addresses: false,
  host_key: '',
  quiet_days: 3,
  tags: [],
};

export interface SourceForm {
  name: string;
  location: string;
  address: string;
  kind: SourceKind | ''; // '' follows from the address
  signIn: SignIn;
  username: string;
  secret: string; // a password, a secret key, a private key, or a header's value
  header: string; // its name
  isActive: boolean;
  numbers: Record<NumberField['name'], string>;
  pattern: string;
  tags: string;
  hostKey: string;
  untilDrained: boolean;
  allowsPlain: boolean;
  allowsPrivate: boolean;
}

export function sourceForm(source?: Source): SourceForm {
  const settings = { ...usualSettings, ...source?.settings };
  return {
    name: source?.name ?? '',
    location: source?.location_id ?? '',
    address: source?.base_url ?? '',
    kind: source?.source_type ?? '',
    signIn: source?.auth_type ?? 'none',
    username: source?.auth_username ?? '',
    secret: '',
    header: '',
    isActive: source?.is_active ?? true,
    numbers: Object.fromEntries(numberFields.map(({ name }) => [name, String(settings[name])])) as SourceForm['numbers'],
    pattern: settings.name_pattern,
    tags: settings.tags.join(', '),
    hostKey: settings.host_key,
    untilDrained: settings.until_drained,
    allowsPlain: settings.allow_plain_transport,
    allowsPrivate: settings.allow_private_addresses,
  };
}

export const kindOf = ({ kind, address }: SourceForm): SourceKind => kind || guessKind(address);

// The one that is chosen where the kind knows it, else the kind's first.
export function signInOf(form: SourceForm): SignIn {
  const offered = signIns[kindOf(form)];
  return offered.includes(form.signIn) ? form.signIn : offered[0]!;
}

// Whether the secret that is kept goes on being used: it belongs to the place that it was given for.
export const keepsSecret = (form: SourceForm, source?: Source): boolean =>
  source !== undefined && source.has_secret && source.auth_type === signInOf(form) && source.source_type === kindOf(form) && originOf(source.base_url) === originOf(form.address);

// Commas are what people of many languages write.
const numberIn = (typed: string): number => (typed.trim() === '' ? Number.NaN : Number(typed.trim().replace(',', '.')));

// The numbers that are none, or beyond their bounds. The server looks at the rest.
export const wrongNumbers = ({ numbers }: SourceForm): NumberField['name'][] =>
  numberFields
    .filter(({ name, least, most, isWhole }) => {
      const value = numberIn(numbers[name]);
      return !(value >= least && value <= most) || (isWhole && !Number.isInteger(value));
    })
    .map(({ name }) => name);

// Of a form without wrong numbers.
export function settingsOf(form: SourceForm): SourceSettings {
  const numbers = Object.fromEntries(numberFields.map(({ name }) => [name, numberIn(form.numbers[name])])) as Record<NumberField['name'], number>;
  return {
    ...numbers,
    name_pattern: form.pattern.trim() || '*',
    until_drained: form.untilDrained,
    allow_plain_transport: form.allowsPlain,
    allow_private_addresses: form.allowsPrivate,
    host_key: form.hostKey.trim(),
    tags: [...new Set(form.tags.split(',').map((tag) => tag.trim()).filter(Boolean))],
  };
}

// Only what is otherwise: what an administrator has allowed is not asked for again by everybody who changes the rest.
export function changedSettings(form: SourceForm, before: SourceSettings = usualSettings): SourceSettingsInput {
  const known: Record<string, unknown> = { ...before };
  const changed = Object.entries(settingsOf(form)).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(known[name]));
  return Object.fromEntries(changed); // absent members stay as they are
}

function signInInput(form: SourceForm): Pick<NewSource, 'auth_type' | 'auth_username' | 'auth_password' | 'auth_header'> {
  const signIn = signInOf(form);
  if (signIn === 'none') return { auth_type: signIn };
  if (signIn === 'header') return { auth_type: signIn, ...(form.secret && { auth_header: `${form.header.trim()}: ${form.secret.trim()}` }) };
  return { auth_type: signIn, auth_username: form.username.trim(), ...(form.secret && { auth_password: form.secret }) };
}

// A whole source, to be made.
export function inputOf(form: SourceForm): NewSource {
  return {
    name: form.name.trim(),
    location_id: form.location,
    base_url: form.address.trim(),
    source_type: kindOf(form),
    ...signInInput(form),
    is_active: form.isActive,
    settings: changedSettings(form),
  };
}

// What is otherwise than it was.
export function changeOf(form: SourceForm, source: Source): SourceInput {
  const { settings: _, ...given } = inputOf(form);
  const known: Record<string, unknown> = { ...source };
  const settings = changedSettings(form, source.settings);
  const changed = Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== known[name]));
  return { ...changed, ...(Object.keys(settings).length > 0 && { settings }) } as Partial<SourceInput> as SourceInput;
}

// What is tried before anything is kept: a whole source, or what shall be otherwise of one, whose secret is used where
// none is given.
export function testOf(form: SourceForm, source?: Source): SourceTest {
  const { name: _, location_id: __, ...access } = source ? changeOf(form, source) : inputOf(form);
  return { ...access, ...(source && { id: source.id }) } as Partial<SourceTest> as SourceTest;
}
