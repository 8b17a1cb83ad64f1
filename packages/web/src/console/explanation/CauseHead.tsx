import type { ExplanationBody, OpsAttempt } from '@netra/protocol';
import { Siren } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { PlainText } from '../../ui/PlainText.tsx';
import { attemptsHref } from '../hrefs.ts';
import { TimeAgo } from '../TimeAgo.tsx';

type CauseHeadProps = { explanation: ExplanationBody; attempt: OpsAttempt | undefined };

/** The root cause in words, and what was seen of it. */
export function CauseHead({ explanation, attempt }: CauseHeadProps) {
  const { causes, code, at, summary, incident_id: incidentId } = explanation;
  const [best] = causes;
  const cause = best?.root_cause;
  return (
    <div data-testid="cause" data-root-cause={cause ?? 'unknown'}>
      <p className="text-xs font-medium text-ink-faint">
        {best === undefined ? 'Explanation' : 'Root cause'}
      </p>
      <h1 className="mt-0.5 text-xl font-semibold tracking-tight text-balance text-ink">
        {best?.title ?? 'The root cause is not known'}
      </h1>
      <p className="mt-1.5 max-w-3xl text-ink-soft">
        <PlainText>{summary}</PlainText>
      </p>
      <dl className="mt-3 flex flex-wrap gap-x-5 gap-y-1.5 text-sm">
        {cause !== undefined && (
          <Fact name="Cause">
            <SameOf filter={{ root_cause: cause }}>{cause}</SameOf>
          </Fact>
        )}
        <Fact name="Seen as">
          <SameOf filter={{ code }}>{code}</SameOf>
        </Fact>
        {attempt?.user_id !== undefined && (
          <Fact name="User">
            <SameOf filter={{ user: attempt.user_id }}>{attempt.user_id}</SameOf>
          </Fact>
        )}
        <Fact name="When">
          <TimeAgo iso={at} />
        </Fact>
        {incidentId !== undefined && (
          <Fact name="Incident">
            <Link
              href="/console/incidents"
              className="inline-flex items-baseline gap-1 font-mono text-xs text-danger-text hover:underline"
            >
              <Siren size={13} aria-hidden="true" className="shrink-0 self-center" />
              {incidentId}
            </Link>
          </Fact>
        )}
      </dl>
    </div>
  );
}

/** A word that leads to the attempts that share it. */
function SameOf({ filter, children }: { filter: Readonly<Record<string, string>>; children: string }) {
  return (
    <Link href={attemptsHref(filter)} className="font-mono text-xs text-accent-text hover:underline">
      {children}
    </Link>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline gap-1.5">
      <dt className="text-xs text-ink-faint">{name}</dt>
      <dd className="min-w-0 wrap-anywhere text-ink">{children}</dd>
    </div>
  );
}
