import { Activity } from 'lucide-react';
import { Link } from 'wouter';

/** The way from the chats to the console, for who may look at it. */
export function ConsoleLink() {
  return (
    <div className="px-3 pb-2">
      <Link
        href="/console"
        className="flex h-9 items-center gap-2.5 rounded-lg px-3 text-sm font-medium text-ink-soft transition-colors hover:bg-hover hover:text-ink"
      >
        <Activity size={16} aria-hidden="true" className="text-accent-text" />
        Console
      </Link>
    </div>
  );
}
