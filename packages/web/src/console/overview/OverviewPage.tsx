import { readIncidents, readKeys, readRefusals, readStatus } from '../console-requests.ts';
import { dataOf } from '../live/data-of.ts';
import { FirstAnswer } from '../live/FirstAnswer.tsx';
import { Freshness } from '../live/Freshness.tsx';
import { StaleBar } from '../live/StaleBar.tsx';
import { usePoll } from '../live/use-poll.ts';
import { RoomPage } from '../RoomPage.tsx';
import { HandshakeChart } from './HandshakeChart.tsx';
import { HealthTiles } from './HealthTiles.tsx';
import { OpenIncidents } from './OpenIncidents.tsx';
import { RefusalTable } from './RefusalTable.tsx';
import { StatePanel } from './StatePanel.tsx';
import { StepDurations } from './StepDurations.tsx';

const SECOND_MS = 1_000;

/** How it goes at the moment, and the way to the reason of what does not. */
export function OverviewPage() {
  const status = usePoll(readStatus, { everyMs: 3 * SECOND_MS });
  const refusals = usePoll(readRefusals, { everyMs: 3 * SECOND_MS });
  const incidents = usePoll(readIncidents, { everyMs: 5 * SECOND_MS });
  const keys = usePoll(readKeys, { everyMs: 30 * SECOND_MS });
  const polls = [status, refusals, incidents];
  return (
    <RoomPage
      title="Overview"
      aside={<Freshness states={polls} />}
      banner={<StaleBar main={status} others={[refusals, incidents]} />}
    >
      <FirstAnswer poll={status} waitingFor="Asking how it goes">
        {(now) => (
          <>
            <HealthTiles status={now} incidents={dataOf(incidents)} />
            <OpenIncidents incidents={dataOf(incidents)} />
            <HandshakeChart handshakes={now.handshakes} startedAt={now.started_at} />
            <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
              <div className="grid gap-4">
                <RefusalTable refusals={dataOf(refusals)} />
                <StepDurations steps={now.steps} />
              </div>
              <StatePanel status={now} keys={dataOf(keys)} />
            </div>
          </>
        )}
      </FirstAnswer>
    </RoomPage>
  );
}
