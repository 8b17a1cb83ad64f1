import type { AuthService, ListedUser } from '@netra/auth';
import { AppError } from '@netra/service';

const PAGE = 200;

/** Every user, ordered by e-mail address, a page at a time. */
export async function* everyUser({ users }: Pick<AuthService, 'users'>): AsyncGenerator<ListedUser> {
  for (let after = ''; ; ) {
    const page = await users.list({ after, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.email;
  }
}

/** By id or e-mail address. Errors: `user_unknown`. */
export async function findUser(auth: Pick<AuthService, 'users'>, user: string): Promise<ListedUser> {
  const userId = await auth.users.resolve(user);
  for await (const each of everyUser(auth)) if (each.userId === userId) return each;
  throw new AppError('user_unknown', `The user ${user} is gone.`, { fix: 'netra users list' });
}
