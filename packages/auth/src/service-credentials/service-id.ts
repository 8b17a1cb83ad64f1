/** A name that each deploy changes: why it is one, in words that complete "SERVICE_ID …". */
const CHANGING_NAMES: readonly (readonly [RegExp, string])[] = [
  [/-\d{5}-[a-z]{3}$/, 'looks like a Cloud Run revision'],
  [/-[a-f0-9]{8,10}-[a-z0-9]{5}$/, 'looks like a Kubernetes pod'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i, 'holds a UUID'],
  [/(?:^|[-_.])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}$/i, 'ends in what looks like a commit'],
  [/(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])/, 'holds a date'],
  [/\d{9,}/, 'holds a timestamp'],
  [/(?:^|[-_.])(?:rev|revision|build|deploy)[-_.]?\d+$/i, 'ends in a revision or build number'],
];

export interface ServiceIdFinding {
  readonly setting: 'SERVICE_ID';
  readonly message: string;
  readonly fix: string;
}

/**
 * An id that looks like a revision or a timestamp changes at each deploy, and then the auth service knows nobody of that
 * name. `undefined` for a good one.
 */
export function serviceIdFinding(serviceId: string): ServiceIdFinding | undefined {
  const found = CHANGING_NAMES.find(([pattern]) => pattern.test(serviceId));
  return (
    found && {
      setting: 'SERVICE_ID',
      message: `SERVICE_ID ${found[1]}, and would be another one after the next deploy.`,
      fix: 'Set SERVICE_ID=netra-gateway, or another name that stays the same on both services',
    }
  );
}
