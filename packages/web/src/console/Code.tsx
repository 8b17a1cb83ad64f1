import { classNames } from '../ui/class-names.ts';

/** A word of the contract: a code, a root cause, an id. */
export function Code({ children, className }: { children: string; className?: string }) {
  return <code className={classNames('font-mono text-xs wrap-anywhere', className)}>{children}</code>;
}
