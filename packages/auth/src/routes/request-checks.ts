import { carrierFault, countOfHeader } from '@netra/protocol';
import type { Context, Hono } from 'hono';
import type { RequestEnvironment } from './client-address-header.ts';
import type { Refuse } from './refuse.ts';

/** Addresses of the identity library that are reached by a link, whose token is meant to be in the URL. */
const LINK_PATTERN = /^\/auth\/(?:verify-email|reset-password|delete-user|callback|oauth2)(?:\/|$)/;
/** U+0000, which the database cannot store, and half a surrogate pair, which is no character. */
const INVALID_TEXT_PATTERN = /[\0\p{Cs}]/u;
/** What every JSON text has that holds such a character; most have not, and are not looked at further. */
const MAYBE_INVALID_PATTERN = /\\u(?:0000|d[89a-f])/i;

/** What is checked of every request below `/auth`, before any route: how it carries its credential, and its text. */
export function addRequestChecks(app: Hono, { refuse }: { refuse: Refuse }): void {
  app.use('/auth/*', async (c, next) => {
    const fault = faultOf(c);
    if (fault !== undefined) return refuse(fault);
    if (/%00/.test(c.req.raw.url) || (await hasInvalidText(c.req.raw))) {
      return refuse('request_malformed', {
        authCode: 'TEXT_INVALID',
        detail: 'A text holds U+0000 or half a surrogate pair.',
      });
    }
    return next();
  });
}

function faultOf(c: Context) {
  // The server passes this; a caller in the same process passes none. Hono types it for all applications alike.
  const { incoming } = c.env as RequestEnvironment;
  const authorization = c.req.header('authorization');
  const isLink = LINK_PATTERN.test(c.req.path);
  return carrierFault({
    url: isLink ? c.req.path : c.req.raw.url,
    authorization,
    authorizationCount: countOfHeader(incoming?.rawHeaders ?? [], 'authorization'),
  });
}

async function hasInvalidText(request: Request): Promise<boolean> {
  if (request.body === null) return false;
  const text = await request.clone().text();
  if (text.includes('\0')) return true;
  const isForm = (request.headers.get('content-type') ?? '').includes('form-urlencoded');
  if (isForm) return text.includes('%00');
  if (!MAYBE_INVALID_PATTERN.test(text)) return false;
  try {
    return holdsInvalidText(JSON.parse(text));
  } catch {
    return false; // not JSON: for the route to refuse
  }
}

/** Without recursion: a client chooses the depth. */
function holdsInvalidText(json: unknown): boolean {
  const left = [json];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' && INVALID_TEXT_PATTERN.test(value)) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) left.push(key, inner);
  }
  return false;
}
