import {
  type Explanation,
  explain,
  gatherEvidence,
  type Probes,
  type ReportInput,
  reportAsMarkdown,
  reportAsText,
  rootCauseOf,
} from '@netra/diagnosis';
import { type ExplanationBody, refusal } from '@netra/protocol';
import type { Hono } from 'hono';
import type { Attempts } from '../attempts/attempts.ts';
import { refuse } from '../rest/refuse.ts';
import type { RestEnv } from '../rest/rest-options.ts';
import { parameter, route } from '../rest/routes.ts';
import { EXPLAIN_BUDGET_MS } from './explain-budget.ts';
import type { FindSubject } from './find-subject.ts';
import type { Incidents } from './incidents.ts';
import { type RelatedSource, relatedTo } from './related-attempts.ts';

const NO_STORE = { 'Cache-Control': 'no-store' };
/** How it is told, by what the client asks for; anything else gets the JSON of the contract. */
const REPORTS: readonly (readonly [mediaType: string, write: (input: ReportInput) => string])[] = [
  ['text/markdown', reportAsMarkdown],
  ['text/plain', reportAsText],
];

export interface ExplainRouteOptions {
  findSubject: FindSubject;
  attempts: RelatedSource & Pick<Attempts, 'noteCause'>;
  probes: Probes;
  incidents: Pick<Incidents, 'incidentOf' | 'list'>;
  publicUrl: string;
  environment: string;
  version: string | undefined;
  now: () => number;
}

/** `GET /v1/ops/attempts/{id}/explanation`, for the id of an attempt, a connection or a run. Mounted behind `opsRoutes`, which asks for `ops:read`. */
export function explainRoute(app: Hono<RestEnv>, options: ExplainRouteOptions): void {
  const { publicUrl, probes, findSubject, attempts, incidents } = options;
  route(app, '/v1/ops/attempts/:attemptId/explanation', {
    publicUrl,
    handlers: {
      async GET(c) {
        const subject = await findSubject(parameter(c, 'attemptId'));
        if (subject === undefined) return refuse(refusal('attempt_unknown'), { publicUrl });
        const signal = c.req.raw.signal;
        const explanation = withIncident(
          explain(subject, await gatherEvidence(subject, probes, { budgetMs: EXPLAIN_BUDGET_MS, signal })),
          incidents,
        );
        if (subject.kind === 'attempt') attempts.noteCause(explanation.attempt_id, rootCauseOf(explanation));
        const accepted = c.req.header('accept') ?? '';
        const wanted = REPORTS.find(([mediaType]) => accepted.includes(mediaType));
        if (wanted === undefined) return c.json(bodyOf(explanation), 200, NO_STORE);
        const [mediaType, write] = wanted;
        const { environment, version, now } = options;
        const report = write({
          explanation,
          ...(await relatedTo(explanation, { attempts, now })),
          environment,
          ...(version !== undefined && { release: version }),
        });
        return c.body(report, 200, { 'Content-Type': `${mediaType}; charset=utf-8`, ...NO_STORE });
      },
    },
  });
}

function withIncident(explanation: Explanation, incidents: Pick<Incidents, 'incidentOf'>): Explanation {
  const incidentId = incidents.incidentOf(explanation);
  return incidentId === undefined ? explanation : { ...explanation, incident_id: incidentId };
}

/** The same values: the contract's type is not read-only. */
function bodyOf(explanation: Explanation): ExplanationBody {
  return structuredClone(explanation) as ExplanationBody;
}
