import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names.ts';

type PanelProps = {
  title: string;
  /** What the numbers are of: a time, a node. */
  scope?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  /** Of what matters most. */
  isMarked?: boolean;
};

/** One titled part of a room. */
export function Panel({ title, scope, aside, children, isMarked = false }: PanelProps) {
  return (
    <section
      aria-label={title}
      className={classNames(
        'min-w-0 overflow-hidden rounded-xl border bg-surface shadow-low',
        isMarked ? 'border-accent' : 'border-line',
      )}
    >
      <div className="flex min-h-11 flex-wrap items-center gap-x-2.5 gap-y-1 px-4 pt-2.5 pb-1.5">
        <h2 className="text-sm font-semibold text-ink">{title}</h2>
        {scope !== undefined && <span className="text-xs text-ink-faint">{scope}</span>}
        {aside !== undefined && <div className="ml-auto flex items-center gap-2">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

/** Where a panel has nothing to list. */
export function PanelNote({ children }: { children: ReactNode }) {
  return <p className="px-4 pt-1 pb-4 text-sm text-ink-faint">{children}</p>;
}
