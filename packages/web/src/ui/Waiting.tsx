import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';

/** A spinner never stands alone: the words beside it say what is being waited for. */
export function Waiting({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="flex items-center gap-2 text-sm text-ink-faint">
      <LoaderCircle size={15} aria-hidden="true" className="shrink-0 animate-turn" />
      <span className="min-w-0">{children}</span>
    </p>
  );
}
