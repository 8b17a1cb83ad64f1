import type { ReactNode } from 'react';
import { Wordmark } from '../ui/Logo.tsx';
import { ThemeMenu } from '../ui/ThemeMenu.tsx';
import { usePageTitle } from '../ui/use-page-title.ts';

type EntryLayoutProps = { title: string; lead: string; children: ReactNode; below?: ReactNode };

/** The frame of every page before the chat. */
export function EntryLayout({ title, lead, children, below }: EntryLayoutProps) {
  usePageTitle(title);
  return (
    <div className="flex min-h-full flex-col bg-canvas">
      <header className="flex items-center justify-between px-5 py-4 sm:px-8">
        <Wordmark />
        <ThemeMenu />
      </header>
      <main id="main" className="grid flex-1 place-items-center px-4 pt-4 pb-20">
        <div className="grid w-full max-w-[25rem] animate-rise gap-6">
          <div className="rounded-2xl border border-line bg-surface p-6 shadow-high sm:p-8">
            <h1 className="text-xl font-semibold tracking-tight text-ink">{title}</h1>
            <p className="mt-1.5 text-ink-soft">{lead}</p>
            <div className="mt-6 grid gap-4">{children}</div>
          </div>
          {below !== undefined && <p className="text-center text-sm text-ink-soft">{below}</p>}
        </div>
      </main>
    </div>
  );
}
