import { type Check, type Finding, OUTAGES } from '../check.ts';
import { readAnswer } from '../read-answer.ts';
import { readClaims } from '../read-claims.ts';
import { refusalFinding } from '../refusal.ts';

/** The token, claim by claim, then by the server's own verifier, then by the server. */
export const token: Check = {
  name: 'token',
  title: 'Access token',
  needs: ['session'],
  restsOn: OUTAGES,
  follows: ['proxy_authorization'],
  async run(context) {
    const { url, authUrl = url, network, signal, verifyToken, accessToken } = context;
    const presented = await accessToken();
    const claims = claimFinding(presented, context.now());
    if (claims !== undefined) return claims;
    const verdict = await verifyToken?.(presented, { url: authUrl, signal });
    if (verdict !== undefined && !verdict.ok)
      return {
        severity: 'error',
        message: `The server's verifier, run here with the keys of ${authUrl}, refuses the token: ${verdict.code}${verdict.detail === undefined ? '' : `, ${verdict.detail}`}.`,
        command: 'netra token inspect -',
        evidence: [{ source: 'verifier', observed: verdict.code, expected: 'accepted' }],
      };
    const headers = { Authorization: `Bearer ${presented}` };
    const answer = await readAnswer(await network.fetch(`${authUrl}/auth/validate`, { headers, signal }));
    return answer.status === 200
      ? undefined
      : refusalFinding(answer, { doing: 'Showing the token to the auth service', context });
  },
};

function claimFinding(presented: string, nowMs: number): Finding | undefined {
  const read = readClaims(presented);
  const wrong =
    read === undefined
      ? [{ source: 'token', observed: 'not a JWT', expected: 'an access token' }]
      : wrongClaims(read, nowMs);
  const [first] = wrong;
  if (first === undefined) return undefined;
  return {
    severity: 'error',
    message: `The token is not as an access token should be: ${wrong.map(({ source, observed }) => `${source} is ${observed}`).join(', ')}.`,
    command: 'netra token inspect -',
    evidence: wrong,
    ...(first.source === 'exp'
      ? { root_cause: 'token_stale_client' as const, code: 'token_expired' as const }
      : {}),
    ...(first.source === 'typ' || first.source === 'token'
      ? { root_cause: 'wrong_token_kind' as const }
      : {}),
    ...(first.source === 'aud' ? { root_cause: 'wrong_audience' as const } : {}),
  };
}

const AUDIENCE = 'netra';

function wrongClaims({ header, claims }: NonNullable<ReturnType<typeof readClaims>>, nowMs: number) {
  const { exp, aud } = claims;
  const wrong: { source: string; observed: string; expected: string }[] = [];
  if (String(header.typ).toLowerCase() !== 'at+jwt')
    wrong.push({ source: 'typ', observed: String(header.typ), expected: 'at+jwt' });
  if (typeof exp !== 'number') wrong.push({ source: 'exp', observed: 'missing', expected: 'a time' });
  else if (exp * 1000 <= nowMs)
    wrong.push({
      source: 'exp',
      observed: new Date(exp * 1000).toISOString(),
      expected: `after ${new Date(nowMs).toISOString()}`,
    });
  if (![aud].flat().includes(AUDIENCE))
    wrong.push({ source: 'aud', observed: String(aud), expected: AUDIENCE });
  for (const name of ['iss', 'sub', 'sid', 'jti', 'iat', 'env'])
    if (claims[name] === undefined) wrong.push({ source: name, observed: 'missing', expected: 'present' });
  return wrong;
}
