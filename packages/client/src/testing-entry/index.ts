export type { E2eUser, E2eUserOptions } from './e2e-user.ts';
export { e2eUser } from './e2e-user.ts';
