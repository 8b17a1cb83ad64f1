import { REASONS, type ReasonCode } from '@netra/protocol';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Code } from './Code.tsx';

type CauseCellProps = {
  cause: { root_cause: string; title: string } | undefined;
  code: ReasonCode;
  href: string;
  /** After the code. */
  children?: ReactNode;
};

/** The first cell of a row: why, what was seen, and the link that fills the row. */
export function CauseCell({ cause, code, href, children }: CauseCellProps) {
  return (
    <>
      <Link
        href={href}
        className="font-medium text-ink after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
      >
        {titleOf(cause, code)}
      </Link>
      <span className="block text-xs leading-tight text-ink-faint">
        <Code>{code}</Code>
        {children}
      </span>
    </>
  );
}

/** Until the root cause is found, what was seen has to do. */
function titleOf(cause: CauseCellProps['cause'], code: ReasonCode): string {
  if (cause === undefined || cause.root_cause === 'unknown') return REASONS[code].title;
  return cause.title;
}
