import { request } from 'node:http';

/** A POST of JSON from a page of that server, refused with the answer's text when the status is another. */
export async function post(
  url: string,
  body: object,
  { headers = {}, expected = 200 }: { headers?: Record<string, string>; expected?: number } = {},
): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', Origin: new URL(url).origin, ...headers },
  });
  if (response.status === expected) return response;
  throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

/** Signs a new user up and takes an access token, as a program would. */
export async function takeAccessToken(authUrl: string, email: string): Promise<string> {
  const signUp = { name: 'Somebody', email, password: 'correct horse battery staple' };
  const session = (await post(`${authUrl}/auth/sign-up/email`, signUp)).headers.get('set-auth-token');
  const response = await post(
    `${authUrl}/auth/token`,
    {},
    { headers: { Authorization: `Bearer ${session}` } },
  );
  const body: { access_token: string } = await response.json();
  return body.access_token;
}

/** The status that a WebSocket handshake with this token is answered with. */
export function upgradeStatus(url: string, token: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    };
    const sent = request(new URL('/ws', url), { headers });
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}
