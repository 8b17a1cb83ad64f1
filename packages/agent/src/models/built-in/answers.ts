import { GUIDE_TOOLS } from '../../guide/guide-tools.ts';
import { serviceStatusSchema, whoAmISchema } from '../../guide/probes.ts';
import type { ModelToolResult } from '../model.ts';
import { attemptAnswer } from './attempt-answer.ts';
import { docsAnswer } from './docs-answer.ts';
import type { Intent } from './intents.ts';
import { code, factList, list, source } from './markdown.ts';
import { refusalsAnswer } from './refusals-answer.ts';

/** Puts a tool's result into sentences. What is of an unknown shape is shown as it is. */
export function answerFrom(
  intent: Intent,
  { toolName, ok, value }: ModelToolResult,
  question: string,
): string {
  if (!ok) return `\`${toolName}\` did not succeed: ${String(value)}\n\nSo I cannot answer this now.`;
  const answer = write(intent, toolName, value, question);
  return (
    answer ?? `This is what \`${toolName}\` says:\n\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``
  );
}

function write(intent: Intent, toolName: string, value: unknown, question: string): string | undefined {
  switch (toolName) {
    case GUIDE_TOOLS.whoAmI:
      return whoAmIAnswer(value);
    case GUIDE_TOOLS.serviceStatus:
      return statusAnswer(value);
    case GUIDE_TOOLS.recentRefusals:
      return refusalsAnswer(value);
    case GUIDE_TOOLS.explainAttempt:
      return attemptAnswer(value);
    case GUIDE_TOOLS.searchDocs:
      return docsAnswer(intent, value, question);
    default:
      return undefined;
  }
}

function whoAmIAnswer(value: unknown): string | undefined {
  const parsed = whoAmISchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { user_id, email, name, roles, permissions, environment, open_connections } = parsed.data;
  const shown = name ?? email ?? user_id;
  const rows: [string, string | undefined][] = [
    ['User id', code(user_id)],
    ['E-mail', email],
    ['Roles', roles.map(code).join(', ') || 'none'],
    ['Permissions', permissions.map(code).join(', ') || 'none'],
    ['Environment', environment],
    ['Open connections', open_connections?.toString()],
  ];
  return `You are **${shown}**.\n\n${factList(rows)}\n\n${source(toolText(GUIDE_TOOLS.whoAmI))}`;
}

function statusAnswer(value: unknown): string | undefined {
  const parsed = serviceStatusSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { healthy, checks, environment, version, uptime_ms, open_connections, open_runs } = parsed.data;
  const failed = checks.filter(({ ok }) => !ok);
  const headline = statusHeadline({ healthy, failed: failed.map(({ name }) => name), total: checks.length });
  const lines = checks.map(({ name, ok, detail, duration_ms }) => {
    const took = duration_ms === undefined ? '' : ` (${Math.round(duration_ms)} ms)`;
    return `${ok ? '✓' : '✗'} ${code(name)}${took}${detail === undefined ? '' : `: ${detail}`}`;
  });
  const facts: [string, string | undefined][] = [
    ['Version', version],
    ['Environment', environment],
    ['Up for', uptime_ms === undefined ? undefined : duration(uptime_ms)],
    ['Open connections', open_connections?.toString()],
    ['Runs under way', open_runs?.toString()],
  ];
  return [headline, list(lines), factList(facts), source(toolText(GUIDE_TOOLS.serviceStatus))]
    .filter((part) => part !== '')
    .join('\n\n');
}

function statusHeadline(status: { healthy: boolean; failed: readonly string[]; total: number }): string {
  const { healthy, failed, total } = status;
  if (failed.length > 0) {
    const verb = failed.length === 1 ? 'fails' : 'fail';
    return `No: ${failed.length} of ${total} checks ${verb} (${failed.map(code).join(', ')}).`;
  }
  if (!healthy) return 'No: the service says that it is not healthy, though no single check fails.';
  if (total === 0) return 'The service says that it is healthy; it has no checks to show.';
  return total === 1 ? 'Yes: the only check passes.' : `Yes: all ${total} checks pass.`;
}

function toolText(toolName: string): string {
  return `This comes from ${code(toolName)}, looked up just now.`;
}

function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.round(ms / 1000)} s`;
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}
