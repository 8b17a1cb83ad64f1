import type { ConfigFinding, ConfigReport } from './check-config.ts';

/** For people: one block per finding that ends in what mends it, then what tokens are signed with. */
export function describeReport(report: ConfigReport): string[] {
  const { environment, role, findings } = report;
  const name = `netra ${role} in ${environment}`;
  if (findings.length === 0)
    return [`${name}: everything that a start needs is there, and nothing is wrong.`, tokensLine(report)];
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const counts = [count(errors, 'error'), count(findings.length - errors, 'warning')].filter(Boolean);
  const verdict = errors > 0 ? 'it would refuse to start' : 'it would start';
  return [`${name}: ${counts.join(' and ')}; ${verdict}.`, ...findings.flatMap(block), ...trailer(report)];
}

/** For programs. Holds no value of any setting. */
export function reportAsJson({ environment, role, findings, settings }: ConfigReport): object {
  const secret = settings?.sharedSecret;
  return {
    ok: findings.length === 0,
    environment,
    role,
    findings,
    ...(settings && { key_mode: secret === undefined ? 'public_keys' : 'shared_secret' }),
    ...(secret && { source: secret.source, check_value: secret.checkValue }),
  };
}

function block({ severity, setting, code, message, fix }: ConfigFinding): string[] {
  return ['', `${severity}  ${setting} (${code})`, `  ${message}`, `  ${fix}`];
}

function trailer(report: ConfigReport): string[] {
  return report.settings === undefined ? [] : ['', tokensLine(report)];
}

function tokensLine({ settings }: ConfigReport): string {
  const secret = settings?.sharedSecret;
  if (secret === undefined) return 'Tokens are signed with keys that are kept in the database (ES256).';
  return `Tokens are signed with the secret of ${secret.source} (HS256, check value ${secret.checkValue}).`;
}

function count(number: number, word: string): string {
  if (number === 0) return '';
  return number === 1 ? `one ${word}` : `${number} ${word}s`;
}
