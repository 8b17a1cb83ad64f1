/** Verifiers ask for the key set again after this time (`Cache-Control`): it bounds how long a withdrawn key is used. */
export const JWKS_LIFETIME_MS = 5 * 60_000;
