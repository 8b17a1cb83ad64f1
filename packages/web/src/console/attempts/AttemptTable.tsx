import type { OpsAttempt } from '@netra/protocol';
import { CauseCell } from '../CauseCell.tsx';
import { Code } from '../Code.tsx';
import { attemptHref } from '../hrefs.ts';
import { HeaderCell, OpenArrow, Table } from '../Table.tsx';
import { TimeAgo } from '../TimeAgo.tsx';
import { clientWords } from './client-words.ts';

/** Attempts, one a row; a row leads to its reason. */
export function AttemptTable({
  attempts,
  label = 'Attempts',
}: {
  attempts: readonly OpsAttempt[];
  label?: string;
}) {
  return (
    <Table
      label={label}
      head={
        <>
          <HeaderCell className="pr-3 pl-4">Why</HeaderCell>
          <HeaderCell className="w-36 pr-3 max-xl:hidden">Failed at</HeaderCell>
          <HeaderCell className="w-44 pr-3 max-lg:hidden">User</HeaderCell>
          <HeaderCell className="w-48 pr-3 max-xl:hidden">Client</HeaderCell>
          <HeaderCell className="w-28 pr-2 text-right max-sm:w-24">When</HeaderCell>
          <HeaderCell className="w-8 pr-3">
            <span className="sr-only">Open</span>
          </HeaderCell>
        </>
      }
    >
      {attempts.map((attempt) => (
        <Row key={attempt.attempt_id} attempt={attempt} />
      ))}
    </Table>
  );
}

function Row({ attempt }: { attempt: OpsAttempt }) {
  const failed = attempt.steps.find(({ outcome }) => outcome !== 'ok' && outcome !== 'skipped');
  return (
    <tr className="group relative border-b border-line transition-colors last:border-b-0 hover:bg-hover">
      <td className="py-2 pr-3 pl-4">
        <CauseCell cause={attempt.cause} code={attempt.code} href={attemptHref(attempt.attempt_id)} />
      </td>
      <td className="truncate py-2 pr-3 text-ink-soft max-xl:hidden">
        {failed === undefined ? '–' : <Code>{failed.step}</Code>}
      </td>
      <td className="truncate py-2 pr-3 text-ink-soft max-lg:hidden" title={attempt.user_id}>
        {attempt.user_id === undefined ? '–' : <code className="font-mono text-xs">{attempt.user_id}</code>}
      </td>
      <td className="truncate py-2 pr-3 text-ink-soft max-xl:hidden">{clientWords(attempt.client)}</td>
      <td className="py-2 pr-2 text-right text-ink-soft">
        <TimeAgo iso={attempt.at} />
      </td>
      <td className="w-8 py-2 pr-3">
        <OpenArrow />
      </td>
    </tr>
  );
}
