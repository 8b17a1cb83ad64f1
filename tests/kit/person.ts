import { createNetraAuth, createNetraClient, type NetraClient } from '@netra/client';
import { WebSocket } from 'ws';

/** Somebody who signed up at a running Netra by the same routes as everybody. */
export interface Person {
  readonly userId: string;
  readonly email: string;
  token(options?: { force?: boolean }): Promise<string>;
  /** A REST call with the person's token. */
  call(path: string, init?: RequestInit): Promise<Response>;
  client(): NetraClient;
}

let people = 0;

export async function signUp(url: string, name = 'Ada'): Promise<Person> {
  people += 1;
  const email = `${name.toLowerCase()}-${process.pid}-${people}@example.com`;
  const auth = createNetraAuth({ url });
  const { user } = await auth.signUp({ email, password: 'correct horse battery', name });
  return personOf(url, { userId: user.user_id, email, token: (options) => auth.getToken(options) });
}

/** One after the other: each costs a password hash, and more at once would wait for the database in vain. */
export async function signUpMany(url: string, count: number): Promise<Person[]> {
  const signedUp: Person[] = [];
  while (signedUp.length < count) signedUp.push(await signUp(url));
  return signedUp;
}

/** Comes in by the one-time link of the banner: the operator of a development installation. */
export async function signInByLink(url: string, link: string): Promise<Person> {
  const auth = createNetraAuth({ url });
  const { user } = await auth.redeemLink(link.split('#')[1] ?? '');
  return personOf(url, {
    userId: user.user_id,
    email: user.email,
    token: (options) => auth.getToken(options),
  });
}

function personOf(url: string, { userId, email, token }: Pick<Person, 'userId' | 'email' | 'token'>): Person {
  return {
    userId,
    email,
    token,
    async call(path, init = {}) {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${await token()}`);
      if (init.body !== undefined) headers.set('content-type', 'application/json');
      return fetch(new URL(path, url), { ...init, headers });
    },
    client: () => createNetraClient({ url, getToken: token, WebSocket }),
  };
}
