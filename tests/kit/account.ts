import { type TokenResponse, tokenResponseSchema } from '@netra/protocol';

/** Somebody's session without any of the SDK, so that every single exchange is the test's own. */
export interface Account {
  readonly email: string;
  readonly password: string;
  readonly sessionToken: string;
  /** `POST /auth/token`, each time anew. */
  exchange(): Promise<TokenResponse>;
}

let accounts = 0;

export async function openAccount(url: string, name = 'Ida'): Promise<Account> {
  accounts += 1;
  const email = `${name.toLowerCase()}-${process.pid}-${accounts}@example.com`;
  const password = `a long pass phrase, no. ${accounts}`;
  const answer = await postJson(`${url}/auth/sign-up/email`, { email, password, name });
  if (!answer.ok) throw new Error(`sign-up answered ${answer.status}: ${await answer.text()}`);
  const sessionToken = answer.headers.get('set-auth-token') ?? '';
  const exchange = async () => {
    const taken = await postJson(`${url}/auth/token`, {}, sessionToken);
    return tokenResponseSchema.parse(await taken.json());
  };
  return { email, password, sessionToken, exchange };
}

/** As a program sends it: no cookies, and the origin that the identity library asks for. */
export function postJson(address: string, body: unknown, bearer?: string): Promise<Response> {
  const authorization: Record<string, string> =
    bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  return fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(address).origin, ...authorization },
    body: JSON.stringify(body),
  });
}
