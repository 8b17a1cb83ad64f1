import type { NetraClient } from '@netra/client';
import { useCallback, useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { readAttempts } from '../console-requests.ts';
import { attemptsHref } from '../hrefs.ts';
import { dataOf } from '../live/data-of.ts';
import { FirstAnswer } from '../live/FirstAnswer.tsx';
import { Freshness } from '../live/Freshness.tsx';
import { StaleBar } from '../live/StaleBar.tsx';
import { usePoll } from '../live/use-poll.ts';
import { RoomPage } from '../RoomPage.tsx';
import { AttemptFilters } from './AttemptFilters.tsx';
import { AttemptTable } from './AttemptTable.tsx';
import { type AttemptFilter, isNarrowed, queryOf, readFilter, withFilter } from './attempt-filter.ts';

const LIVE_EVERY_MS = 3_000;

/** What was refused, newest first; the address says which. */
export function AttemptsPage() {
  const [search] = useSearchParams();
  const [, navigate] = useLocation();
  const [isPaused, setPaused] = useState(false);
  const filter = readFilter(search);
  const poll = useAttempts(filter, isPaused);
  const shown = useLatest(dataOf(poll));
  const isFirstPage = filter.before === undefined;
  return (
    <RoomPage
      title="Attempts"
      aside={
        <Freshness
          states={[poll]}
          isPaused={isPaused || !isFirstPage}
          onPause={isFirstPage ? setPaused : undefined}
        />
      }
      banner={<StaleBar main={poll} />}
    >
      <AttemptFilters
        filter={filter}
        onChange={(name, value) => navigate(attemptsHref({ ...withFilter(filter, name, value) }))}
      />
      {shown === undefined || poll.status === 'failed' ? (
        <FirstAnswer poll={poll} waitingFor="Looking for attempts">
          {() => null}
        </FirstAnswer>
      ) : (
        <div
          aria-busy={poll.status === 'loading'}
          className="grid gap-4 transition-opacity aria-busy:opacity-60"
        >
          {shown.items.length === 0 ? <Nothing filter={filter} /> : <AttemptTable attempts={shown.items} />}
          <Paging filter={filter} next={shown.next_cursor} />
        </div>
      )}
    </RoomPage>
  );
}

function useAttempts(filter: AttemptFilter, isPaused: boolean) {
  const key = JSON.stringify(filter);
  const load = useCallback(
    (client: NetraClient, signal: AbortSignal) => {
      // Made by JSON.stringify just above.
      const asked = JSON.parse(key) as AttemptFilter;
      return readAttempts(client, queryOf(asked, Date.now()), signal);
    },
    [key],
  );
  return usePoll(load, { everyMs: filter.before === undefined ? LIVE_EVERY_MS : undefined, isPaused });
}

/** What is there, or was there before another filter was asked for: no flicker from one to the next. */
function useLatest<Data>(data: Data | undefined): Data | undefined {
  const [latest, setLatest] = useState(data);
  if (data !== undefined && data !== latest) setLatest(data);
  return data ?? latest;
}

const pageLink =
  'inline-flex h-8 items-center rounded-lg border border-line bg-surface px-3 text-sm font-medium text-ink shadow-low transition-colors hover:bg-hover';

function Paging({ filter, next }: { filter: AttemptFilter; next: string | undefined }) {
  const { before, ...first } = filter;
  if (before === undefined && next === undefined) return null;
  return (
    <nav aria-label="Pages" className="flex justify-between gap-3">
      {before !== undefined && (
        <Link href={attemptsHref({ ...first })} className={pageLink}>
          Newest
        </Link>
      )}
      {next !== undefined && (
        <Link href={attemptsHref({ ...first, before: next })} className={`${pageLink} ml-auto`}>
          Older
        </Link>
      )}
    </nav>
  );
}

function Nothing({ filter }: { filter: AttemptFilter }) {
  return (
    <div className="grid justify-items-center gap-1.5 rounded-xl border border-dashed border-line px-6 py-16 text-center">
      <h2 className="text-base font-semibold text-ink">
        {isNarrowed(filter) ? 'No attempt fits these filters' : 'Nobody was refused'}
      </h2>
      <p className="max-w-md text-sm text-ink-soft">
        {isNarrowed(filter)
          ? 'New ones appear here by themselves as they come in.'
          : 'Only refusals are kept, for seven days. They appear here by themselves as they come in.'}
      </p>
    </div>
  );
}
