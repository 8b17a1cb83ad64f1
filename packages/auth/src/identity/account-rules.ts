import { AppError } from '@netra/service';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';

/** Characters, not UTF-16 units. */
const MAX_NAME_CHARS = 100;
export const NAME_RULE = `A name has 1 to ${MAX_NAME_CHARS} characters, none of them a control character.`;
const RESERVED_MESSAGE = 'Addresses under .invalid belong to test users and users of other issuers.';

/** Names are shown to others and put into mails: a line break there is no part of a name. */
export function isGoodName(name: unknown): boolean {
  if (typeof name !== 'string' || name.trim() === '' || /\p{Cc}/u.test(name)) return false;
  return Array.from(name).length <= MAX_NAME_CHARS;
}

/** What a provider calls somebody, as a name here; the address where nothing is left of it. */
function goodName(name: string, email: string): string {
  const plain = name.replaceAll(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
  return Array.from(plain || email)
    .slice(0, MAX_NAME_CHARS)
    .join('');
}

/** For every new row of a user, however it comes to be: a provider is not asked again, so that its name is mended. */
export async function newUserByRules(
  { email, name, emailVerified }: { email: string; name: string; emailVerified?: boolean },
  context?: { path?: string } | null,
) {
  // Or somebody who only claims an address would hold the account that its owner is given later.
  if (isProviderPath(context?.path) && emailVerified !== true)
    throw new APIError('FORBIDDEN', { code: 'EMAIL_NOT_CONFIRMED', message: 'EMAIL_NOT_CONFIRMED' });
  if (isReservedEmail(email))
    throw new APIError('BAD_REQUEST', { code: 'EMAIL_RESERVED', message: RESERVED_MESSAGE });
  return isGoodName(name) && !/\p{Cs}/u.test(name) ? undefined : { data: { name: goodName(name, email) } };
}

function isProviderPath(path: string | undefined): boolean {
  return path !== undefined && (path.startsWith('/callback/') || path.startsWith('/sign-in/social'));
}

/** Whoever held the address of a test user, or of a user to be provisioned, would stand in the way of that account. */
function isReservedEmail(email: unknown): boolean {
  return typeof email === 'string' && /[@.]invalid\.?$/i.test(email.trim());
}

/** Errors: `email_reserved`. */
export function assertFreeEmail(email: string): void {
  if (isReservedEmail(email)) throw new AppError('email_reserved', RESERVED_MESSAGE);
}

/** Holds names and new addresses to the rules, wherever a user gives them. */
export function accountRules() {
  return {
    id: 'netra-account-rules',
    hooks: {
      before: [
        {
          matcher: ({ path }) =>
            path === '/sign-up/email' || path === '/update-user' || path === '/change-email',
          handler: createAuthMiddleware(async ({ body }) => {
            if (body?.name !== undefined && !isGoodName(body.name))
              throw new APIError('BAD_REQUEST', { code: 'NAME_INVALID', message: NAME_RULE });
            if (isReservedEmail(body?.newEmail ?? body?.email))
              throw new APIError('BAD_REQUEST', { code: 'EMAIL_RESERVED', message: RESERVED_MESSAGE });
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}
