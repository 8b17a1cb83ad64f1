import { ArrowDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStickToBottom } from './use-stick-to-bottom.ts';

/** The scrolling part of the chat. `jumpCount`: a new value goes to the end, e.g. when the reader sends something. */
export function ScrollPane({ children, jumpCount }: { children: ReactNode; jumpCount: number }) {
  const { pane, content, isAtEnd, jump } = useStickToBottom(jumpCount);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={pane}
        data-scroll-pane
        className="relative h-full overflow-y-auto overscroll-contain [overflow-anchor:none]"
      >
        <div ref={content} className="mx-auto flex min-h-full max-w-3xl flex-col px-4 sm:px-6">
          {children}
        </div>
      </div>
      {!isAtEnd && (
        <button
          type="button"
          onClick={jump}
          className="absolute bottom-3 left-1/2 flex h-9 -translate-x-1/2 animate-fade items-center gap-1.5 rounded-full border border-line bg-surface px-4 text-sm font-medium text-ink shadow-high transition-colors hover:bg-hover"
        >
          <ArrowDown size={15} aria-hidden="true" />
          Jump to latest
        </button>
      )}
    </div>
  );
}
