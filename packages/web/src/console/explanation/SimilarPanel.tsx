import type { NetraClient } from '@netra/client';
import type { ExplanationBody } from '@netra/protocol';
import { useCallback } from 'react';
import { TextLink } from '../../ui/TextLink.tsx';
import { AttemptTable } from '../attempts/AttemptTable.tsx';
import { readAttempts } from '../console-requests.ts';
import { attemptsHref } from '../hrefs.ts';
import { dataOf } from '../live/data-of.ts';
import { usePoll } from '../live/use-poll.ts';

const SHOWN = 5;

/** Others of the same root cause; of the same code, where it is not known. */
export function SimilarPanel({
  explanation: { attempt_id: id, causes, code },
}: {
  explanation: ExplanationBody;
}) {
  const cause = causes[0]?.root_cause;
  const read = useCallback(
    (client: NetraClient, signal: AbortSignal) => {
      const filter = cause === undefined ? { code } : { root_cause: cause };
      // One more, because this one may be among them.
      return readAttempts(client, { ...filter, limit: SHOWN + 1 }, signal);
    },
    [cause, code],
  );
  const found = dataOf(usePoll(read));
  const others = found?.items.filter(({ attempt_id: other }) => other !== id).slice(0, SHOWN) ?? [];
  if (others.length === 0) return null;
  const href = attemptsHref(cause === undefined ? { code } : { root_cause: cause });
  return (
    <section aria-label="Similar attempts" className="grid gap-2.5">
      <div className="flex items-baseline justify-between gap-3 px-1">
        <h2 className="text-sm font-semibold text-ink">Similar attempts</h2>
        <span className="text-sm">
          <TextLink href={href}>Show all</TextLink>
        </span>
      </div>
      <AttemptTable attempts={others} label="Similar attempts" />
    </section>
  );
}
