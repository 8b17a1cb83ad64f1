import type { NetraClient } from '@netra/client';
import type { ExplanationBody } from '@netra/protocol';
import { RotateCw } from 'lucide-react';
import { useCallback } from 'react';
import { Link } from 'wouter';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { readAttempt, readExplanation } from '../console-requests.ts';
import { dataOf } from '../live/data-of.ts';
import { FirstAnswer } from '../live/FirstAnswer.tsx';
import { StaleBar } from '../live/StaleBar.tsx';
import { usePoll } from '../live/use-poll.ts';
import { RoomPage } from '../RoomPage.tsx';
import { AttemptPanel } from './AttemptPanel.tsx';
import { CauseHead } from './CauseHead.tsx';
import { ConfidencePanel } from './ConfidencePanel.tsx';
import { MendPanel } from './MendPanel.tsx';
import { NotCauses } from './NotCauses.tsx';
import { OtherCauses } from './OtherCauses.tsx';
import { PathPanel } from './PathPanel.tsx';
import { ReportPanel } from './ReportPanel.tsx';
import { SimilarPanel } from './SimilarPanel.tsx';
import { WhysPanel } from './WhysPanel.tsx';

/** Why one attempt (or connection, or run) ended as it did: from what was seen to the root cause and its mend. */
export function ExplanationPage({ attemptId }: { attemptId: string }) {
  const explain = useCallback(
    (client: NetraClient, signal: AbortSignal) => readExplanation(client, attemptId, signal),
    [attemptId],
  );
  const poll = usePoll(explain);
  return (
    <RoomPage
      title={dataOf(poll)?.causes[0]?.title ?? 'Why?'}
      heading={<Place attemptId={attemptId} />}
      aside={
        <Button size="small" look="quiet" onClick={poll.refresh}>
          <RotateCw size={14} aria-hidden="true" />
          <span className="max-sm:sr-only">Look again</span>
        </Button>
      }
      banner={<StaleBar main={poll} />}
    >
      {dataOf(poll) === undefined && <h1 className="text-xl font-semibold tracking-tight text-ink">Why?</h1>}
      <FirstAnswer poll={poll} waitingFor="Looking for the reason: evidence is gathered now">
        {(explanation) => <Explained explanation={explanation} />}
      </FirstAnswer>
    </RoomPage>
  );
}

function Place({ attemptId }: { attemptId: string }) {
  return (
    <nav aria-label="Place" className="flex min-w-0 items-center gap-1.5 text-sm">
      <Link href="/console/attempts" className="rounded text-ink-soft hover:text-ink hover:underline">
        Attempts
      </Link>
      <span aria-hidden="true" className="text-ink-faint">
        /
      </span>
      <code className="truncate font-mono text-xs text-ink">{attemptId}</code>
      <CopyButton text={attemptId} label="Copy the id" className="shrink-0" />
    </nav>
  );
}

function Explained({ explanation }: { explanation: ExplanationBody }) {
  const { attempt_id: id, subject } = explanation;
  const read = useCallback(
    (client: NetraClient, signal: AbortSignal) => readAttempt(client, id, signal),
    [id],
  );
  const attempt = dataOf(usePoll(read));
  const [best, ...others] = explanation.causes;
  return (
    <>
      <CauseHead explanation={explanation} attempt={attempt} />
      {/* In the order of a small screen; a wide one has the second column beside the whys. */}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] lg:grid-rows-[auto_1fr]">
        {best !== undefined && (
          <div className="min-w-0 lg:col-start-2">
            <MendPanel cause={best} />
          </div>
        )}
        <div className="grid min-w-0 gap-4 lg:col-start-1 lg:row-span-2 lg:row-start-1">
          {best !== undefined && <WhysPanel cause={best} />}
          <PathPanel explanation={explanation} />
          <OtherCauses causes={others} ranking={explanation.ranking} />
          <NotCauses explanation={explanation} />
        </div>
        <div className="grid min-w-0 gap-4 lg:col-start-2">
          {best !== undefined && <ConfidencePanel cause={best} />}
          {attempt !== undefined && <AttemptPanel attempt={attempt} />}
        </div>
      </div>
      <SimilarPanel explanation={explanation} />
      <ReportPanel id={subject.id} />
    </>
  );
}
