import type { OpsRefusals } from '@netra/protocol';
import { TextLink } from '../../ui/TextLink.tsx';
import { CauseCell } from '../CauseCell.tsx';
import { attemptHref } from '../hrefs.ts';
import { Panel, PanelNote } from '../Panel.tsx';
import { OpenArrow } from '../Table.tsx';
import { TimeAgo } from '../TimeAgo.tsx';
import { type FoldedRefusals, foldUnexplained } from './fold-unexplained.ts';

/** What was refused in the last hour by root cause, each with the way to its reason. */
export function RefusalTable({ refusals }: { refusals: OpsRefusals | undefined }) {
  const items = foldUnexplained(refusals?.items ?? []);
  const most = Math.max(1, ...items.map(({ count }) => count));
  return (
    <Panel
      title="Refused, by root cause"
      scope="last hour, all nodes"
      aside={
        items.length > 0 && (
          <span className="text-sm">
            <TextLink href="/console/attempts">All attempts</TextLink>
          </span>
        )
      }
    >
      {items.length === 0 ? (
        <PanelNote>
          {refusals === undefined ? 'Not known yet.' : 'Nobody was refused in the last hour.'}
        </PanelNote>
      ) : (
        <table className="w-full text-sm">
          <thead className="sr-only">
            <tr>
              <th scope="col">Root cause and code</th>
              <th scope="col">Refused</th>
              <th scope="col">Users</th>
              <th scope="col">Last</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <Row key={`${item.code} ${item.cause?.root_cause ?? ''}`} item={item} most={most} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Row({ item, most }: { item: FoldedRefusals; most: number }) {
  return (
    <tr className="group relative border-t border-line transition-colors hover:bg-hover">
      <td className="py-2 pr-3 pl-4">
        <CauseCell cause={item.cause} code={item.code} href={attemptHref(item.example_attempt_id)}>
          {item.unexplained > 0 && ` · ${item.unexplained.toLocaleString()} not looked at yet`}
        </CauseCell>
      </td>
      <td className="w-40 py-2 pr-3 max-sm:w-16">
        <span className="flex items-center gap-2.5">
          <span className="w-12 text-right font-medium text-ink tabular-nums">
            {item.count.toLocaleString()}
          </span>
          <span
            aria-hidden="true"
            className="h-1.5 flex-1 overflow-hidden rounded-full bg-sunken max-sm:hidden"
          >
            <span
              className="block h-full rounded-full bg-danger"
              style={{ width: `${(item.count / most) * 100}%` }}
            />
          </span>
        </span>
      </td>
      <td className="w-20 py-2 pr-3 whitespace-nowrap text-ink-soft tabular-nums max-sm:hidden">
        {usersOf(item)}
      </td>
      <td className="w-28 py-2 pr-2 text-right text-ink-soft max-sm:hidden">
        <TimeAgo iso={item.last_seen} />
      </td>
      <td className="w-8 py-2 pr-3">
        <OpenArrow />
      </td>
    </tr>
  );
}

/** Who sends no token of a user is nobody's. */
function usersOf({ user_count: count }: FoldedRefusals): string {
  if (count === 0) return '–';
  return count === 1 ? '1 user' : `${count.toLocaleString()} users`;
}
