export { authMigrations } from './migrations.ts';
export {
  type AuthService,
  type AuthServiceOptions,
  createAuthService,
  type HealthCheck,
  type NewUser,
  type SignInLink,
} from './service.ts';
