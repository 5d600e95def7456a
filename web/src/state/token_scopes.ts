// The scopes a service token may be given. Tokens make no tokens, so that area is left out.
import type { Scope } from '../api/client';

export interface TokenArea {
  name: string;
  scopes: { read?: Scope; write?: Scope };
}

export const tokenAreas: readonly TokenArea[] = [
  { name: 'photos', scopes: { read: 'photos:read', write: 'photos:write' } },
  { name: 'jobs', scopes: { read: 'jobs:read', write: 'jobs:write' } },
  { name: 'assets', scopes: { read: 'assets:read', write: 'assets:write' } },
  { name: 'locations', scopes: { read: 'locations:read', write: 'locations:write' } },
  { name: 'tasks', scopes: { read: 'tasks:read', write: 'tasks:write' } },
  { name: 'review', scopes: { read: 'review:read', write: 'review:write' } },
  { name: 'models', scopes: { read: 'models:read', write: 'models:write' } },
  { name: 'cameras', scopes: { read: 'cameras:read', write: 'cameras:write' } },
  { name: 'stations', scopes: { read: 'stations:read', write: 'stations:write' } },
  { name: 'sources', scopes: { read: 'sources:read', write: 'sources:write' } },
  { name: 'users', scopes: { read: 'users:read', write: 'users:write' } },
  { name: 'audit', scopes: { read: 'audit:read' } },
  { name: 'settings', scopes: { read: 'settings:read' } },
];
