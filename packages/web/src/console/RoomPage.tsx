import type { ReactNode } from 'react';
import { usePageTitle } from '../ui/use-page-title.ts';

type RoomPageProps = {
  title: string;
  /** Instead of the title in words, where it says more. */
  heading?: ReactNode;
  /** At the right of the heading. */
  aside?: ReactNode;
  /** Between the head and the content, as wide as the page. */
  banner?: ReactNode;
  children: ReactNode;
};

/** One room: its head and what scrolls below. */
export function RoomPage({ title, heading, aside, banner, children }: RoomPageProps) {
  usePageTitle(title);
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <header className="flex h-14 shrink-0 items-center gap-3 border-b border-line px-4 sm:px-6">
        <div className="min-w-0 flex-1">
          {heading ?? <h1 className="truncate text-base font-semibold text-ink">{title}</h1>}
        </div>
        {aside}
      </header>
      {banner}
      <main
        id="main"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
      >
        <div className="mx-auto grid max-w-6xl gap-4 px-4 py-5 sm:px-6 sm:py-6">{children}</div>
      </main>
    </div>
  );
}
