/**
 * Whether an RSA modulus has the fingerprint of CVE-2017-15361 ("ROCA"): keys of faulty chips, from whose public part the
 * private one can be computed. Their primes have the form k·M + 65537^a mod M, so modulo each small prime the modulus is
 * a power of 65537. A sound modulus passes all of these by chance once in about 2^28.
 *
 * @see https://crocs.fi.muni.cz/public/papers/rsa_ccs17
 */
export function hasRocaFingerprint(modulus: string): boolean {
  const hex = Buffer.from(modulus, 'base64url').toString('hex');
  const n = BigInt(`0x0${hex}`);
  return PRIMES.every((prime) => powersOf65537(prime).has(Number(n % BigInt(prime))));
}

/** The ones of the first primes for which not every residue is a power of 65537. */
const PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

function powersOf65537(prime: number): Set<number> {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * 65_537) % prime) powers.add(power);
  return powers;
}
