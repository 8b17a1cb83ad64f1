import type { Refusal } from '@netra/protocol';

/** An expected outcome: the value, or the reason why not. */
export type Outcome<Value> = { ok: true; value: Value } | { ok: false; refusal: Refusal };
