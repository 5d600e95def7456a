// What the signed-in person's role reaches. The server decides; this only keeps buttons away that would be refused.
import type { Role } from '../api/client';
import { session } from './session';

export const roles: readonly Role[] = ['viewer', 'technician', 'reviewer', 'operator', 'administrator'];

export function isAtLeast(role: Role): boolean {
  const own = session.user.value?.role;
  return own !== undefined && roles.indexOf(own) >= roles.indexOf(role);
}
