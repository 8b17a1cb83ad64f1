import type { TokenResponse } from '@netra/protocol';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** What of a running gateway an operator's browser needs. */
export interface OperatedGateway {
  readonly url: string;
  readonly operatorId: string;
  operatorToken(): string;
}

const TOKEN_SECONDS = 600;

/**
 * A page of an operator who is signed in already. In an incident the auth service may be gone, slow or hold another
 * secret, so the session is written at the edge of the browser; the token is real, and the gateway judges it.
 */
export async function openAsOperator(
  browser: Browser,
  { url, operatorId, operatorToken }: OperatedGateway,
  look: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...look });
  const page = await context.newPage();
  await page.route(`${url}/auth/get-session`, (route) =>
    route.fulfill({ json: { user: { id: operatorId } } }),
  );
  await page.route(`${url}/auth/token`, (route) => {
    const session: TokenResponse = {
      access_token: operatorToken(),
      token_type: 'Bearer',
      expires_in: TOKEN_SECONDS,
      token_expires_at: new Date(Date.now() + TOKEN_SECONDS * 1_000).toISOString(),
      user: {
        user_id: operatorId,
        email: 'olga@example.com',
        name: 'Olga',
        roles: ['user', 'operator'],
        permissions: ['chat', 'ops:read', 'ops:write'],
      },
    };
    return route.fulfill({ json: session });
  });
  return page;
}
