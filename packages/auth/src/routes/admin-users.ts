import { roleSchema } from '@netra/protocol';
import { AppError } from '@netra/service';
import { z } from 'zod';
import type { AuditActor } from '../audit/audit-log.ts';
import type { ListedUser, UserAdmin } from '../directory/user-admin.ts';
import type { DirectoryEntry, Users } from '../directory/users.ts';
import { isGoodName, NAME_RULE } from '../identity/account-rules.ts';
import type { IdentityLibrary } from '../identity/identity.ts';
import type { Authorize } from './authorize.ts';
import { parseBody } from './parse-body.ts';
import type { Refuse } from './refuse.ts';

export interface AdminUsersOptions {
  authorize: Authorize;
  userAdmin: UserAdmin;
  users: Users;
  identity: IdentityLibrary;
  refuse: Refuse;
}

export interface AdminUsers {
  /** `?after=` an e-mail address, `?limit=` up to 200. */
  list(request: Request): Promise<Response>;
  create(request: Request): Promise<Response>;
  /** `{active?, roles?}`; what is absent stays. */
  change(request: Request, userId: string): Promise<Response>;
  /** Sends the user a link to choose a new password. */
  resetPassword(request: Request, userId: string): Promise<Response>;
}

const MAX_PAGE = 200;
const REFUSED_CREATION: ReadonlySet<string> = new Set(['user_exists', 'password_refused', 'email_reserved']);
const REFUSED_CHANGE: ReadonlySet<string> = new Set(['e2e_user_restricted', 'roles_of_issuer']);
const rolesSchema = z.array(roleSchema).min(1).max(2);
const newUserSchema = z.object({
  email: z.email().max(254),
  name: z.string().trim().refine(isGoodName, NAME_RULE),
  password: z.string().optional(),
  roles: rolesSchema.optional(),
});
const changeSchema = z.object({ active: z.boolean().optional(), roles: rolesSchema.optional() });

/** `/auth/admin/users`: for operators, with an access token; reading needs `ops:read`, the rest `ops:write`. */
export function adminUsers({ authorize, userAdmin, users, identity, refuse }: AdminUsersOptions): AdminUsers {
  const unknown = () => refuse('user_unknown', { status: 404, detail: 'No user has this id here.' });

  return {
    async list(request) {
      const judged = await authorize(request, 'ops:read');
      if (!judged.ok) return judged.response;
      const query = new URL(request.url).searchParams;
      const limit = pageSize(query.get('limit'));
      const items = await userAdmin.list({ after: query.get('after') ?? '', limit });
      const last = items.length === limit ? items.at(-1) : undefined;
      return Response.json({ items: items.map(listedUser), ...(last && { next_cursor: last.email }) });
    },

    async create(request) {
      const judged = await authorize(request, 'ops:write');
      if (!judged.ok) return judged.response;
      const body = await parseBody(request, newUserSchema);
      if (!body.success) return malformed(refuse, body.error);
      const { email, password } = body.data;
      if (password === undefined && !identity.signInOptions.passwordReset) {
        return refuse('request_malformed', {
          authCode: 'PASSWORD_REQUIRED',
          detail:
            'Give a password: no mail server is configured (SMTP_URL) that could send a link to choose one.',
        });
      }
      try {
        const { userId } = await identity.createUser(body.data, actorOf(judged.identity));
        if (password === undefined) await identity.sendPasswordReset(email);
        return answerWith(await users.find(userId), { unknown, status: 201 });
      } catch (error) {
        return refusalOf(error, { refuse, expected: REFUSED_CREATION });
      }
    },

    async change(request, userId) {
      const judged = await authorize(request, 'ops:write');
      if (!judged.ok) return judged.response;
      const body = await parseBody(request, changeSchema);
      if (!body.success) return malformed(refuse, body.error);
      if ((await users.find(userId)) === undefined) return unknown();
      // An installation whose last operator shut themselves out is mended on its machine only.
      if (userId === judged.identity.userId) {
        return refuse('request_malformed', {
          authCode: 'OWN_ACCOUNT',
          detail: 'Nobody changes their own roles or deactivates themselves: ask another operator.',
        });
      }
      const { active, roles } = body.data;
      const actor = actorOf(judged.identity);
      try {
        if (roles !== undefined) await userAdmin.setRoles(userId, roles, actor);
      } catch (error) {
        return refusalOf(error, { refuse, expected: REFUSED_CHANGE });
      }
      if (active === true) await userAdmin.reactivate(userId, actor);
      if (active === false) await userAdmin.deactivate(userId, actor);
      return answerWith(await users.find(userId), { unknown, status: 200 });
    },

    async resetPassword(request, userId) {
      const judged = await authorize(request, 'ops:write');
      if (!judged.ok) return judged.response;
      const user = await users.find(userId);
      if (user === undefined) return unknown();
      await identity.sendPasswordReset(user.email);
      return Response.json({ status: true });
    },
  };
}

export function pageSize(limit: string | null): number {
  const asked = Number(limit ?? 50);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, MAX_PAGE) : 50;
}

export function malformed(refuse: Refuse, error: z.ZodError): Response {
  const issue = error.issues[0];
  return refuse('request_malformed', { detail: `${issue?.path.join('.') || 'body'}: ${issue?.message}` });
}

function actorOf({ userId }: { userId: string }): AuditActor {
  return { kind: 'user', id: userId };
}

function listedUser(user: ListedUser) {
  return {
    ...publicUser(user),
    created_at: user.createdAt.toISOString(),
    is_e2e: user.isE2e,
    ...(user.issuer !== undefined && { issuer: user.issuer }),
  };
}

function publicUser({ userId, email, name, active, roles }: DirectoryEntry) {
  return { user_id: userId, email, name, active, roles };
}

function answerWith(
  user: DirectoryEntry | undefined,
  { unknown, status }: { unknown: () => Response; status: number },
): Response {
  return user === undefined ? unknown() : Response.json(publicUser(user), { status });
}

/** Throws on what is not expected. */
function refusalOf(
  error: unknown,
  { refuse, expected }: { refuse: Refuse; expected: ReadonlySet<string> },
): Response {
  if (!(error instanceof AppError) || !expected.has(error.code)) throw error;
  return refuse('request_malformed', { authCode: error.code.toUpperCase(), detail: error.message });
}
