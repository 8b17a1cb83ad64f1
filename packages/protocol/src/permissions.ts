import { z } from 'zod';

export const ROLES = ['user', 'operator'] as const;
export type Role = (typeof ROLES)[number];

export const PERMISSIONS = ['chat', 'ops:read', 'ops:write'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What each role may do. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  user: ['chat'],
  operator: ['chat', 'ops:read', 'ops:write'],
};

/** The permissions of a set of roles, without doubles, in the order of `PERMISSIONS`. */
export function permissionsOf(roles: readonly Role[]): Permission[] {
  return PERMISSIONS.filter((permission) =>
    roles.some((role) => ROLE_PERMISSIONS[role].includes(permission)),
  );
}

export const roleSchema = z.enum(ROLES);
export const permissionSchema = z.enum(PERMISSIONS);
