/** What replaces text that looks like a credential. */
export const REMOVED = '[removed]';

/** Shapes of credentials, wherever in a text they stand. Key ids, check values and attempt ids fit none of them. */
const SHAPES: readonly RegExp[] = [
  // JWT, whole or without its signature.
  /\beyJ[\w-]{8,}\.[\w-]*(?:\.[\w-]*)?/g,
  /\bBearer\s+[\w.~+/=-]{8,}/gi,
  /\bBasic\s+[\w+/=]{8,}/g,
  /\b(?:ticket|bearer)\.[\w.-]{16,}/g,
  /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g,
  // Keys of model providers.
  /\bsk-[\w-]{16,}/g,
  // The password of a URL.
  /(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/gi,
  /(?<=\b(?:password|secret|token|api[-_]?key)=)[^\s&;,"']+/gi,
];

/** The same value with everything removed from its texts that looks like a credential. Bounds no lengths. */
export function withoutSecrets<Value>(value: Value): Value {
  return clean(value) as Value; // Texts stay texts and shapes stay shapes.
}

/** True when a text of the value holds something that looks like a credential. */
export function holdsSecret(value: unknown): boolean {
  return JSON.stringify(value) !== JSON.stringify(withoutSecrets(value));
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return SHAPES.reduce((text, shape) => text.replace(shape, REMOVED), value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]));
}
