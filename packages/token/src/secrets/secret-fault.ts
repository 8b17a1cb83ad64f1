export type SecretFaultCode = 'short' | 'weak' | 'known';
export interface SecretFault {
  readonly code: SecretFaultCode;
  /** What is wrong, without any part of the secret. */
  readonly message: string;
}
export function secretFault(_secret: Uint8Array): SecretFault | undefined {
  return undefined;
}
