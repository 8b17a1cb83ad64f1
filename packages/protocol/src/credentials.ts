import { z } from 'zod';
import { permissionSchema } from './permissions.ts';
import { timeSchema } from './scalars.ts';

/** How an API key begins, so that people and secret scanners know one when they see it. */
export const API_KEY_PREFIX = 'ntr_';

/** Days that an API key may live: at most, and by default. */
export const API_KEY_DAYS = { max: 366, default: 90 } as const;

export const createApiKeyBodySchema = z.object({
  name: z.string().trim().min(1).max(100),
  /** What the key may do, at most what its user may. Default: `["chat"]`. */
  scopes: z.array(permissionSchema).min(1).optional(),
  expires_in_days: z.int().min(1).max(API_KEY_DAYS.max).optional(),
});
export type CreateApiKeyBody = z.infer<typeof createApiKeyBodySchema>;

export const apiKeySchema = z.object({
  key_id: z.string(),
  name: z.string(),
  scopes: z.array(permissionSchema),
  created_at: timeSchema,
  expires_at: timeSchema,
  last_used_at: timeSchema.optional(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;
export const apiKeyPageSchema = z.object({ items: z.array(apiKeySchema) });

/** `api_key` is shown this once: only its hash is kept. */
export const createdApiKeySchema = apiKeySchema.extend({ api_key: z.string() });
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>;

/** `POST /auth/e2e/token`. Without `user_id`: the first test user. */
export const e2eTokenBodySchema = z.object({ user_id: z.string().min(1).max(64).optional() });
/** The header that carries `E2E_OAUTH_SIMULATION_KEY`. */
export const E2E_KEY_HEADER = 'X-E2E-Bypass-Key';

/** `POST /auth/service/users`: a user whom another trusted issuer vouches for, seen at the gateway. */
export const provisionUserBodySchema = z.object({
  issuer: z.string().min(1).max(512),
  /** As the verifier makes it of issuer and subject. */
  user_id: z.string().regex(/^ext_[0-9a-z]{20,60}$/),
  email: z.string().max(320).optional(),
  name: z.string().max(320).optional(),
});
export type ProvisionUserBody = z.infer<typeof provisionUserBodySchema>;
