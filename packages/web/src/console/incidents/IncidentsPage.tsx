import type { IncidentBody } from '@netra/protocol';
import { classNames } from '../../ui/class-names.ts';
import { CauseCell } from '../CauseCell.tsx';
import { readIncidents } from '../console-requests.ts';
import { attemptHref } from '../hrefs.ts';
import { FirstAnswer } from '../live/FirstAnswer.tsx';
import { Freshness } from '../live/Freshness.tsx';
import { StaleBar } from '../live/StaleBar.tsx';
import { usePoll } from '../live/use-poll.ts';
import { RoomPage } from '../RoomPage.tsx';
import { HeaderCell, OpenArrow, Table } from '../Table.tsx';
import { TimeAgo } from '../TimeAgo.tsx';
import { span } from '../time-words.ts';

const EVERY_MS = 5_000;

/** Failures of one root cause as one thing to mend, newest first. */
export function IncidentsPage() {
  const poll = usePoll(readIncidents, { everyMs: EVERY_MS });
  return (
    <RoomPage title="Incidents" aside={<Freshness states={[poll]} />} banner={<StaleBar main={poll} />}>
      <FirstAnswer poll={poll} waitingFor="Looking for incidents">
        {(incidents) => (incidents.length === 0 ? <Nothing /> : <IncidentTable incidents={incidents} />)}
      </FirstAnswer>
    </RoomPage>
  );
}

function Nothing() {
  return (
    <div className="grid justify-items-center gap-1.5 rounded-xl border border-dashed border-line px-6 py-16 text-center">
      <h2 className="text-base font-semibold text-ink">There was no incident</h2>
      <p className="max-w-md text-sm text-ink-soft">
        Three refusals of one root cause within five minutes make one. It closes by itself after ten quiet
        minutes.
      </p>
    </div>
  );
}

function IncidentTable({ incidents }: { incidents: readonly IncidentBody[] }) {
  return (
    <Table
      label="Incidents"
      head={
        <>
          <HeaderCell className="w-24 pr-3 pl-4 max-sm:w-20 max-sm:pr-2">State</HeaderCell>
          <HeaderCell className="pr-3">Root cause</HeaderCell>
          <HeaderCell className="w-24 pr-3 text-right max-sm:w-16">Refused</HeaderCell>
          <HeaderCell className="w-20 pr-3 text-right max-md:hidden">Users</HeaderCell>
          <HeaderCell className="w-28 pr-3 text-right max-lg:hidden">Lasted</HeaderCell>
          <HeaderCell className="w-28 pr-2 text-right max-md:hidden">Last</HeaderCell>
          <HeaderCell className="w-8 pr-3 max-sm:hidden">
            <span className="sr-only">Open</span>
          </HeaderCell>
        </>
      }
    >
      {incidents.map((incident) => (
        <Row key={incident.incident_id} incident={incident} />
      ))}
    </Table>
  );
}

function Row({ incident }: { incident: IncidentBody }) {
  const isOpen = incident.state === 'open';
  return (
    <tr className="group relative border-b border-line transition-colors last:border-b-0 hover:bg-hover">
      <td className="py-2.5 pr-3 pl-4 align-top max-sm:pr-2">
        <span
          className={classNames(
            'inline-flex items-center gap-1.5 rounded-full border px-2 text-xs font-medium',
            isOpen ? 'border-danger-line bg-danger-soft text-danger-text' : 'border-line text-ink-soft',
          )}
        >
          {isOpen ? 'Open' : 'Closed'}
        </span>
      </td>
      <td className="py-2.5 pr-3">
        <CauseCell cause={incident} code={incident.code} href={attemptHref(incident.example_attempt_id)} />
      </td>
      <td className="py-2.5 pr-3 text-right font-medium text-ink tabular-nums">{incident.count}</td>
      <td className="py-2.5 pr-3 text-right text-ink-soft tabular-nums max-md:hidden">
        {incident.user_count}
      </td>
      <td className="py-2.5 pr-3 text-right text-ink-soft tabular-nums max-lg:hidden">
        {span(Date.parse(incident.last_seen) - Date.parse(incident.first_seen))}
      </td>
      <td className="py-2.5 pr-2 text-right text-ink-soft max-md:hidden">
        <TimeAgo iso={incident.last_seen} />
      </td>
      <td className="w-8 py-2.5 pr-3 max-sm:hidden">
        <OpenArrow />
      </td>
    </tr>
  );
}
