import { REASONS } from '@netra/protocol';
import { z } from 'zod';
import { defineTool, type Tool, type ToolContext } from '../tool.ts';
import { findReasons } from './find-reasons.ts';
import type { GuideProbes, ProbeScope } from './probes.ts';

/** The names are the contract between the guide and the built-in model. */
export const GUIDE_TOOLS = {
  whoAmI: 'who_am_i',
  serviceStatus: 'service_status',
  recentRefusals: 'recent_refusals',
  explainAttempt: 'explain_attempt',
  searchDocs: 'search_docs',
} as const;

const nothing = z.object({});

/** The guide's five tools over the probes. They only read. */
export function createGuideTools(probes: GuideProbes): Tool[] {
  return [
    whoAmI(probes),
    serviceStatus(probes),
    recentRefusals(probes),
    explainAttempt(probes),
    searchDocs(probes),
  ];
}

function whoAmI(probes: GuideProbes): Tool {
  return defineTool({
    name: GUIDE_TOOLS.whoAmI,
    description: 'Who the signed-in user is: id, e-mail, roles and permissions.',
    input: nothing,
    purpose: 'Look up who is signed in',
    execute: (_input, { turn }) => probes.whoAmI(turn.user),
  });
}

function serviceStatus(probes: GuideProbes): Tool {
  return defineTool({
    name: GUIDE_TOOLS.serviceStatus,
    description: 'Whether this installation is healthy, with the result of each of its checks.',
    input: nothing,
    purpose: 'Check the health of this installation',
    execute: () => probes.serviceStatus(),
  });
}

function recentRefusals(probes: GuideProbes): Tool {
  return defineTool({
    name: GUIDE_TOOLS.recentRefusals,
    description:
      'Connections and requests that were refused lately, newest first: those of the user, or of everybody for an operator, who may ask for one user, a time and a root cause.',
    input: z.object({
      user_id: z.string().min(1).max(128).describe('Of this user only; for operators.').optional(),
      within_hours: z.number().positive().max(168).describe('How far to look back.').optional(),
      root_cause: z.string().min(1).max(64).describe('E.g. auth_down; for operators.').optional(),
    }),
    purpose: ({ user_id }) =>
      `Look for attempts that were refused lately${user_id === undefined ? '' : `, of ${user_id}`}`,
    execute: ({ user_id: userId, within_hours: withinHours, root_cause: rootCause }, context) =>
      probes.recentRefusals({
        ...scopeOf(context),
        ...(userId !== undefined && { userId }),
        ...(withinHours !== undefined && { withinHours }),
        ...(rootCause !== undefined && { rootCause }),
      }),
  });
}

function explainAttempt(probes: GuideProbes): Tool {
  return defineTool({
    name: GUIDE_TOOLS.explainAttempt,
    description:
      'Why one attempt was refused, a connection ended or a run failed, by its id (starts with att_, con_ or run_).',
    input: z.object({ attempt_id: z.string().min(1).max(64) }),
    purpose: ({ attempt_id }) => `Explain attempt ${attempt_id}`,
    async execute({ attempt_id }, context) {
      const scope = scopeOf(context);
      const attempt = await probes.explainAttempt({ ...scope, attemptId: attempt_id });
      if (!attempt) return { found: false, attempt_id };
      const { title, meaning, fix, operatorFix } = REASONS[attempt.code];
      return {
        found: true,
        ...attempt,
        title,
        meaning,
        fix,
        ...(scope.operator ? { operator_fix: operatorFix } : {}),
      };
    },
  });
}

function searchDocs(probes: GuideProbes): Tool {
  return defineTool({
    name: GUIDE_TOOLS.searchDocs,
    description: 'Search this project’s documentation and its table of refusal reasons.',
    input: z.object({ query: z.string().min(1).max(400) }),
    purpose: ({ query }) => `Search the documentation for “${query}”`,
    async execute({ query }) {
      return { query, results: await probes.searchDocs(query), reasons: findReasons(query) };
    },
  });
}

function scopeOf({ turn: { user } }: ToolContext): ProbeScope {
  return { user, operator: user.permissions.includes('ops:read') };
}
