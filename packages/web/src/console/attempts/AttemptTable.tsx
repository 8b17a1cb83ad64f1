import type { OpsAttempt } from '@netra/protocol';
import { ChevronRight } from 'lucide-react';
import { CauseCell } from '../CauseCell.tsx';
import { Code } from '../Code.tsx';
import { attemptHref } from '../hrefs.ts';
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
    <div className="overflow-hidden rounded-xl border border-line bg-surface shadow-low">
      <table aria-label={label} className="w-full table-fixed text-sm">
        <thead>
          <tr className="border-b border-line bg-sunken text-left text-xs text-ink-soft">
            <th scope="col" className="py-2 pr-3 pl-4 font-medium">
              Why
            </th>
            <th scope="col" className="w-36 py-2 pr-3 font-medium max-xl:hidden">
              Failed at
            </th>
            <th scope="col" className="w-44 py-2 pr-3 font-medium max-lg:hidden">
              User
            </th>
            <th scope="col" className="w-48 py-2 pr-3 font-medium max-xl:hidden">
              Client
            </th>
            <th scope="col" className="w-28 py-2 pr-2 text-right font-medium max-sm:w-24">
              When
            </th>
            <th scope="col" className="w-8 py-2 pr-3">
              <span className="sr-only">Open</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {attempts.map((attempt) => (
            <Row key={attempt.attempt_id} attempt={attempt} />
          ))}
        </tbody>
      </table>
    </div>
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
        <ChevronRight
          size={15}
          aria-hidden="true"
          className="text-ink-faint transition-transform group-hover:translate-x-0.5"
        />
      </td>
    </tr>
  );
}
