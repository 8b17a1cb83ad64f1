import { isIP } from 'node:net';
import { passkey } from '@better-auth/passkey';
import { APIError } from 'better-auth/api';

/** A relying party is a domain: at an IP address there are no passkeys. */
export function canHavePasskeys(publicUrl: string): boolean {
  return isIP(new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')) === 0;
}

/** Passkeys of this origin. They stand for password and second factor at once, so the device must have asked its owner. */
export function passkeys(publicUrl: string) {
  return passkey({
    rpID: new URL(publicUrl).hostname,
    rpName: 'Netra',
    origin: new URL(publicUrl).origin,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    registration: {
      afterVerification: async ({ verification }) => {
        assertVerified(verification.registrationInfo?.userVerified);
      },
    },
    authentication: {
      afterVerification: async ({ verification }) => {
        assertVerified(verification.authenticationInfo.userVerified);
      },
    },
  });
}

function assertVerified(isUserVerified: boolean | undefined): void {
  if (isUserVerified === true) return;
  throw new APIError('UNAUTHORIZED', {
    code: 'PASSKEY_USER_NOT_VERIFIED',
    message: 'The device did not ask for a PIN, a fingerprint or a face.',
  });
}
