import type { Verifier } from '@netra/token';
import type { Hono } from 'hono';
import type { Pool } from 'pg';
import type { AuditLog } from '../audit/audit-log.ts';
import type { UserAdmin } from '../directory/user-admin.ts';
import type { Users } from '../directory/users.ts';
import type { IdentityLibrary } from '../identity/identity.ts';
import { accountExportRoute } from './account-export-route.ts';
import { adminAudit } from './admin-audit.ts';
import { adminUsers } from './admin-users.ts';
import { createAuthorize } from './authorize.ts';
import { identityRoute } from './identity-route.ts';
import type { Refuse } from './refuse.ts';

export interface IdentityRoutesOptions {
  pool: Pool;
  identity: IdentityLibrary;
  users: Users;
  userAdmin: UserAdmin;
  audit: AuditLog;
  /** Of users' tokens. */
  verifier: Verifier;
  refuse: Refuse;
}

/** What operators and users do to accounts, and everything else below `/auth`: it must be added last. */
export function addIdentityRoutes(app: Hono, options: IdentityRoutesOptions): void {
  const { identity, refuse } = options;
  const authorize = createAuthorize(options);
  const notAllowed = (path: string, ...methods: string[]) =>
    app.all(path, () => refuse('method_not_allowed', { headers: { Allow: methods.join(', ') } }));

  const admin = adminUsers({ ...options, authorize });
  app.get('/auth/admin/users', (c) => admin.list(c.req.raw));
  app.post('/auth/admin/users', (c) => admin.create(c.req.raw));
  notAllowed('/auth/admin/users', 'GET', 'POST');
  app.patch('/auth/admin/users/:id', (c) => admin.change(c.req.raw, c.req.param('id')));
  notAllowed('/auth/admin/users/:id', 'PATCH');
  if (identity.signInOptions.passwordReset) {
    app.post('/auth/admin/users/:id/password-reset', (c) =>
      admin.resetPassword(c.req.raw, c.req.param('id')),
    );
    notAllowed('/auth/admin/users/:id/password-reset', 'POST');
  }
  const answerAudit = adminAudit({ ...options, authorize });
  app.get('/auth/admin/audit', (c) => answerAudit(c.req.raw));
  notAllowed('/auth/admin/audit', 'GET');

  const answerExport = accountExportRoute({ ...options, authorize });
  app.get('/auth/account/export', (c) => answerExport(c.req.raw));
  notAllowed('/auth/account/export', 'GET');
  app.get('/auth/sign-in-options', () => Response.json(signInOptionsBody(identity)));
  notAllowed('/auth/sign-in-options', 'GET');

  const answerIdentity = identityRoute(options);
  app.all('/auth/*', (c) => answerIdentity(c.req.raw));
}

function signInOptionsBody({
  signInOptions: { signUp, passwordReset, passkeys, providers },
}: IdentityLibrary) {
  return { password: true, sign_up: signUp, password_reset: passwordReset, passkeys, providers };
}
