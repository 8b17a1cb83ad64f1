import type { HealthCheck, Logger } from '@netra/service';
import type { KeyMaterial, ProofResult } from './service-proof.ts';

/** Health is asked every few seconds, and keys change with a deploy. */
const PROVE_AGAIN_MS = 30_000;
/** After a mismatch or an outage: whoever mends it is waiting. */
const RETRY_MS = 1_000;

export interface KeyProof {
  /** The line `keys` of readiness: whether this gateway checks tokens with what the auth service signs them with. */
  check(): Promise<HealthCheck>;
  /** Whose secret has which check value, as far as both are known; with public keys there is none. */
  holders(): Promise<KeyHolding[]>;
}

/** A secret by the name of its setting and its check value, never itself. */
interface KeyHolding {
  role: 'issuer' | 'verifier';
  source: string | undefined;
  checkValue: string;
}

/** Remembers the last proof. What was proven once stands through an outage, for which readiness has a line of its own. */
export function createKeyProof(options: {
  prove: () => Promise<ProofResult>;
  material: KeyMaterial;
  now: () => number;
  log: Logger;
}): KeyProof {
  const { prove, material, now, log } = options;
  let last: { result: ProofResult; atMs: number } | undefined;
  let pending: Promise<ProofResult> | undefined;

  async function proveNow(): Promise<ProofResult> {
    const result = await prove();
    const wasMatched = last?.result.kind === 'matched';
    if (result.kind !== 'matched' && last?.result.kind !== result.kind) {
      log.error({ kind: result.kind, detail: result.detail }, 'key material is not proven to be the same');
    }
    const kept = wasMatched && result.kind === 'unproven' ? last?.result : result;
    last = { result: kept ?? result, atMs: now() };
    return last.result;
  }

  async function current(): Promise<ProofResult> {
    const waitMs = last?.result.kind === 'matched' ? PROVE_AGAIN_MS : RETRY_MS;
    if (last !== undefined && now() - last.atMs < waitMs) return last.result;
    pending ??= proveNow().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  return {
    async check() {
      const result = await current();
      if (result.kind === 'matched') return { name: 'keys', ok: true };
      return { name: 'keys', ok: false, code: result.kind, detail: result.detail };
    },
    async holders() {
      const result = await current();
      const theirs =
        result.kind === 'matched' ? material : result.kind === 'mismatch' ? result.theirs : undefined;
      return [...holding('verifier', material), ...(theirs ? holding('issuer', theirs) : [])];
    },
  };
}

function holding(role: KeyHolding['role'], { checkValue, source }: KeyMaterial): KeyHolding[] {
  return checkValue === undefined ? [] : [{ role, source, checkValue }];
}
