import { AppError, type Environment } from '@netra/service';

const MIN_E2E_KEY_BYTES = 32;

/** Ends the start where the key must not be, or is one that can be guessed. Errors: `e2e_in_production`, `e2e_key_weak`. */
export function checkE2eKey(key: string | undefined, environment: Environment): void {
  if (key === undefined) return;
  if (environment === 'production')
    throw new AppError('e2e_in_production', 'E2E_OAUTH_SIMULATION_KEY is set in production.', {
      fix: 'Unset E2E_OAUTH_SIMULATION_KEY here, and use another value than this one where tests run.',
    });
  if (Buffer.byteLength(key) < MIN_E2E_KEY_BYTES)
    throw new AppError('e2e_key_weak', 'E2E_OAUTH_SIMULATION_KEY has fewer than 32 bytes.', {
      fix: 'Set E2E_OAUTH_SIMULATION_KEY="$(openssl rand -base64 32)"',
    });
}
