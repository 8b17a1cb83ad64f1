export type { LinkUser, NewUser, SignInLink } from './identity/identity.ts';
export { authMigrations } from './migrations.ts';
export { type AuthService, type AuthServiceOptions, createAuthService } from './service.ts';
