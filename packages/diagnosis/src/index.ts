export type {
  AttemptClient,
  AttemptFacts,
  AttemptRecord,
  AttemptStep,
  CredentialCarrier,
  Evidence,
  PresentedToken,
} from './attempt.ts';
export { explain } from './explain.ts';
export type { Cause, Explanation, Observation, RootCause, RuledOut, Why } from './explanation.ts';
