import type { AuthService, ListedUser, SignInLink } from '@netra/auth';
import type { Role } from '@netra/protocol';
import type { CommandIo, ExitCode } from '../command-io.ts';
import { formatTable } from '../terminal/table.ts';
import { everyUser, findUser } from './find-user.ts';

interface Task {
  readonly io: CommandIo;
  readonly auth: AuthService;
  readonly json: boolean;
}

export interface NewUserFlags {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Without one, a link is made by which the user chooses one. */
  readonly password: string | undefined;
}

export async function createUser({ io, auth, json }: Task, user: NewUserFlags): Promise<ExitCode> {
  const { email, name, roles, password } = user;
  const { userId } = await auth.createUser({
    email,
    name,
    roles,
    ...(password !== undefined && { password }),
  });
  const link = password === undefined ? await auth.createPasswordResetLink(email) : undefined;
  if (json) {
    io.out(JSON.stringify({ user_id: userId, email: email.toLowerCase(), roles, ...linkFields(link) }));
    return 0;
  }
  io.out(`Created ${email} (${userId}), ${roles.includes('operator') ? 'an operator' : 'a user'}.`);
  if (link !== undefined) for (const line of linkLines(link)) io.out(line);
  return 0;
}

export async function listUsers({ io, auth, json }: Task): Promise<ExitCode> {
  const users: ListedUser[] = [];
  for await (const user of everyUser(auth)) users.push(user);
  if (json) {
    io.out(JSON.stringify({ users: users.map(userFields) }));
    return 0;
  }
  const rows = users.map((user) => [user.email, user.userId, user.roles.join(' '), stateOf(user)]);
  for (const line of formatTable(['E-MAIL', 'USER ID', 'ROLES', 'STATE'], rows)) io.out(line);
  return 0;
}

export async function resetPassword({ io, auth, json }: Task, user: string): Promise<ExitCode> {
  const { userId, email } = await findUser(auth, user);
  const link = await auth.createPasswordResetLink(email);
  if (json) io.out(JSON.stringify({ user_id: userId, email, ...linkFields(link) }));
  else for (const line of linkLines(link)) io.out(line);
  return 0;
}

/** Deactivation, activation and roles: one change, and how the user is afterwards. */
export async function changeUser(
  { io, auth, json }: Task,
  { user, change, done }: { user: string; change: (userId: string) => Promise<void>; done: string },
): Promise<ExitCode> {
  await change(await auth.users.resolve(user));
  const changed = await findUser(auth, user);
  io.out(json ? JSON.stringify(userFields(changed)) : `${changed.email} (${changed.userId}): ${done}`);
  return 0;
}

function userFields({ userId, email, name, roles, active, isE2e, issuer, createdAt }: ListedUser): object {
  return {
    user_id: userId,
    email,
    name,
    roles,
    active,
    e2e: isE2e,
    ...(issuer !== undefined && { issuer }),
    created_at: createdAt.toISOString(),
  };
}

function stateOf({ active, isE2e, issuer }: ListedUser): string {
  const marks = [
    active ? 'active' : 'deactivated',
    ...(isE2e ? ['for tests'] : []),
    ...(issuer ? [`of ${issuer}`] : []),
  ];
  return marks.join(', ');
}

function linkFields(link: SignInLink | undefined): object {
  return link === undefined ? {} : { link: link.url, link_expires_at: link.expiresAt.toISOString() };
}

function linkLines({ url, expiresAt }: SignInLink): string[] {
  return ['', `  ${url}`, '', `  chooses the password; works once, until ${expiresAt.toISOString()}`];
}
