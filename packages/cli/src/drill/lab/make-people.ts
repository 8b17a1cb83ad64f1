import type { TokenResponse } from '@netra/protocol';
import { issueToken } from '../../admin/issue-token.ts';
import type { CommandIo } from '../../command-io.ts';
import { type AuthAtHand, withAuth } from '../../compose/with-auth.ts';
import type { Environment } from '../../environment.ts';
import type { DrillUser } from './drill-stack.ts';

interface People {
  readonly operator: DrillUser;
  readonly users: DrillUser[];
  readonly testUsers: DrillUser[];
}

/** The auth service lets one address sign in 20 times a minute; test users come in by another door. */
const USER_COUNT = 16;
const TEST_USERS = Array.from(
  { length: 12 },
  (_, at) => `staging-e2e-user-${String(at + 1).padStart(3, '0')}`,
);

/** Users as `netra users create` and `netra seed e2e` make them, each with a token as `netra token issue` gives it. */
export async function makePeople(env: Environment): Promise<People> {
  let people: People | undefined;
  const io = recordingIo(env);
  await withAuth({ io }, async (at) => {
    const operator = await createUser(at, io, 'operator@example.com', true);
    const users: DrillUser[] = [];
    while (users.length < USER_COUNT)
      users.push(await createUser(at, io, `user-${users.length + 1}@example.com`));
    const seeded = await at.auth.seedE2eUsers(TEST_USERS);
    const testUsers: DrillUser[] = [];
    for (const { userId } of seeded)
      testUsers.push({ userId, email: '', token: await tokenOf(at, io, userId) });
    people = { operator, users, testUsers };
    return 0;
  });
  if (people === undefined) throw new Error(`No users could be made: ${io.problems.join('\n')}`);
  return people;
}

/** A token of somebody who is there already. */
export async function signIn(env: Environment, userId: string): Promise<string> {
  const io = recordingIo(env);
  let token: string | undefined;
  await withAuth({ io }, async (at) => {
    token = await tokenOf(at, io, userId);
    return 0;
  });
  if (token === undefined) throw new Error(`No token could be made: ${io.problems.join('\n')}`);
  return token;
}

async function createUser(
  at: AuthAtHand,
  io: RecordingIo,
  email: string,
  isOperator = false,
): Promise<DrillUser> {
  const { userId } = await at.auth.createUser({
    email,
    name: email.split('@')[0] ?? email,
    roles: isOperator ? ['user', 'operator'] : ['user'],
  });
  return { userId, email, token: await tokenOf(at, io, userId) };
}

async function tokenOf(at: AuthAtHand, io: RecordingIo, user: string): Promise<string> {
  io.lines.length = 0;
  await issueToken(at, { io, user, json: true });
  // What the command prints is what the route answers.
  return (JSON.parse(io.lines.join('')) as TokenResponse).access_token;
}

interface RecordingIo extends CommandIo {
  readonly lines: string[];
  readonly problems: string[];
}

function recordingIo(env: Environment): RecordingIo {
  const lines: string[] = [];
  const problems: string[] = [];
  return {
    env,
    lines,
    problems,
    out: (line) => void lines.push(line),
    err: (line) => void problems.push(line),
    readStdin: async () => '',
    ask: async () => '',
  };
}
