export type {
  AttemptClient,
  AttemptFacts,
  AttemptRecord,
  AttemptStep,
  CredentialCarrier,
  PresentedToken,
} from './attempt.ts';
export type {
  Check,
  CheckNeed,
  CheckOutcome,
  CheckResult,
  DoctorReport,
  Finding,
} from './doctor/check.ts';
export { CHECKS } from './doctor/checks.ts';
export type {
  DoctorContext,
  DoctorNetwork,
  DoctorSocket,
  DoctorVisit,
  FetchInit,
  SocketInit,
  TlsFacts,
  UpgradeAnswer,
  UpgradeInit,
  VerifyToken,
} from './doctor/doctor-context.ts';
export { doctorReportText } from './doctor/doctor-report-text.ts';
export { RefusedUpgrade } from './doctor/refused-upgrade.ts';
export { type DoctorOptions, runChecks } from './doctor/run-checks.ts';
export { GATE_LIMITS, type GateOptions, type GateReport, runGate } from './doctor/run-gate.ts';
export type {
  AuthEvidence,
  BreakerEvidence,
  ConfigFact,
  DatabaseEvidence,
  DependencyState,
  Evidence,
  ExceptionHistory,
  KeyHolder,
  MissingEvidence,
  NetworkSplit,
  OtherEnvironment,
  ProxyEvidence,
  ReleaseFact,
  RetiredKey,
  StepBaseline,
  UserEvidence,
} from './evidence.ts';
export { explain } from './explain.ts';
export type { Cause, Explanation, Observation, RuledOut, Why } from './explanation.ts';
export { type GatherOptions, gatherEvidence, type Probes } from './gather-evidence.ts';
export type {
  ClosedIncident,
  Incident,
  IncidentEvent,
  IncidentSeen,
  IncidentStore,
  OpenIncident,
} from './incidents/incident.ts';
export {
  IncidentBook,
  type IncidentBookOptions,
  incidentKey,
  type Occurrence,
  rootCauseOf,
} from './incidents/incident-book.ts';
export { reportAsJson } from './reports/report-as-json.ts';
export { reportAsMarkdown } from './reports/report-as-markdown.ts';
export { reportAsText } from './reports/report-as-text.ts';
export type { Impact, Related, ReportInput } from './reports/report-input.ts';
export { ROOT_CAUSES, type RootCause } from './root-causes.ts';
export { RULE_FACTS, type RuleFacts } from './rules/rule-facts.ts';
export { asAttempt, type ClosedConnection, type FailedRun, idOf, type Subject } from './subject.ts';
export { holdsSecret, withoutSecrets } from './without-secrets.ts';
