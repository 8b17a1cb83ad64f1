import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names.ts';

/** A table in a frame of its own. `head` holds the header cells, `children` the rows. */
export function Table({ label, head, children }: { label: string; head: ReactNode; children: ReactNode }) {
  return (
    <div className="overflow-hidden rounded-xl border border-line bg-surface shadow-low">
      <table aria-label={label} className="w-full table-fixed text-sm">
        <thead>
          <tr className="border-b border-line bg-sunken text-left text-xs text-ink-soft">{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** The head of a column: `className` says how wide it is, and where it is left out. */
export function HeaderCell({ className, children }: { className: string; children: ReactNode }) {
  return (
    <th scope="col" className={classNames('py-2 font-medium', className)}>
      {children}
    </th>
  );
}

/** What is in the last cell of a row that leads somewhere; the row is a `group`. */
export function OpenArrow() {
  return (
    <ChevronRight
      size={15}
      aria-hidden="true"
      className="text-ink-faint transition-transform group-hover:translate-x-0.5"
    />
  );
}
