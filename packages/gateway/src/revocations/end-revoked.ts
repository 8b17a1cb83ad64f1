import { REVOCATION_CODES, type RevocationCode, type RevocationEntry } from '@netra/protocol';
import type { RevocableToken, RevocationView } from '@netra/token';
import type { LiveSet } from '../connections/live-set.ts';

/** Ends what lives on a token that is refused now, with the code of the entry that ended it. */
export function endRevoked(
  entries: readonly RevocationEntry[],
  { liveSet, view }: { liveSet: LiveSet; view: RevocationView },
): void {
  for (const live of livesOf(entries, liveSet)) {
    const token = live.token();
    const code = revocationOf(token, view);
    if (code !== undefined) live.end(entries.find((entry) => isAbout(entry, token))?.code ?? code);
  }
}

/** Why a token that was good is refused by now, if it is. */
export function revocationOf(token: RevocableToken, view: RevocationView): RevocationCode | undefined {
  const refused = view.refusalFor(token);
  return refused && (REVOCATION_CODES.find((code) => code === refused.code) ?? 'token_revoked');
}

function livesOf(entries: readonly RevocationEntry[], liveSet: LiveSet) {
  if (entries.some(({ kind }) => kind === 'key')) return liveSet.all();
  const userIds = new Set(entries.flatMap((entry) => (entry.kind === 'key' ? [] : [entry.user_id])));
  return [...userIds].flatMap((userId) => liveSet.of(userId));
}

function isAbout(entry: RevocationEntry, token: RevocableToken): boolean {
  if (entry.issuer !== token.issuer) return false;
  switch (entry.kind) {
    case 'token':
      return entry.jti === token.jti;
    case 'session':
      return entry.session_id === token.sessionId;
    case 'user':
      return entry.user_id === token.userId && token.issuedAtMs < Date.parse(entry.not_before);
    case 'key':
      return entry.kid === token.kid;
  }
}
