/**
 * Secrets of at least 32 bytes that everybody knows: defaults of other products, examples of documents. Most examples are
 * caught by the words in them; these are the ones that look like real ones.
 */
export const KNOWN_SECRETS: ReadonlySet<string> = new Set([
  // RFC 7515 A.1
  'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
  // RFC 7520 §3.5
  'hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg',
  // Project Wycheproof
  '-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE',
  // Tutorials of FastAPI and Spring Boot
  '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  '3cfa76ef14937c1c0ea519f8fc057a80fcd04a7420f8e8bcd0a7567c272e007b',
  '404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970',
]);

/** Words that people write and generators of random text do not. */
export const TELLING_WORDS =
  /secret|passw(or)?d|change.?me|replace|example|default|insecure|placeholder|your[-_ ]|testing|qwerty|letmein|development|production|staging|1234567|abcdefg/i;
