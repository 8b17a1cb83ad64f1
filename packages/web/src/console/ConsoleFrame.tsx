import type { SignedInUser } from '@netra/protocol';
import { MessageSquare } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { AccountBar } from '../threads/AccountBar.tsx';
import { classNames } from '../ui/class-names.ts';
import { Logo } from '../ui/Logo.tsx';
import { ThemeMenu } from '../ui/ThemeMenu.tsx';
import { CONSOLE_ROOMS } from './console-rooms.ts';
import { useFocusOnArrival } from './use-focus-on-arrival.ts';

/** The frame of every room: where one is, the other rooms, and the way back to the chats. */
export function ConsoleFrame({ user, children }: { user: SignedInUser; children: ReactNode }) {
  useFocusOnArrival();
  return (
    <div className="flex h-dvh flex-col overflow-hidden bg-canvas md:flex-row">
      <a
        href="#main"
        className="absolute top-2 left-2 z-50 -translate-y-20 rounded-lg bg-accent px-4 py-2 font-medium text-accent-ink focus:translate-y-0"
      >
        Skip to the content
      </a>
      <aside
        aria-label="Rooms and account"
        className="hidden w-56 shrink-0 flex-col border-r border-line bg-sunken md:flex"
      >
        <div className="flex h-14 shrink-0 items-center gap-2.5 px-5 text-lg font-semibold tracking-tight text-ink">
          <Logo />
          Netra
        </div>
        <nav aria-label="Console" className="flex-1 overflow-y-auto px-3 pt-1">
          <ul className="grid gap-0.5">
            {CONSOLE_ROOMS.map(({ href, label, icon: Icon }) => (
              <li key={href}>
                <RoomLink href={href} className="h-9 gap-2.5 rounded-lg px-3">
                  <Icon size={16} aria-hidden="true" className="shrink-0" />
                  {label}
                </RoomLink>
              </li>
            ))}
          </ul>
        </nav>
        <div className="px-3 pb-2">
          <Link
            href="/"
            className="flex h-9 items-center gap-2.5 rounded-lg px-3 text-sm font-medium text-ink-soft transition-colors hover:bg-hover hover:text-ink"
          >
            <MessageSquare size={16} aria-hidden="true" className="shrink-0" />
            Chats
          </Link>
        </div>
        <AccountBar user={user} />
      </aside>
      <NarrowNav />
      {children}
    </div>
  );
}

/** The same on small screens: a strip on top. */
function NarrowNav() {
  return (
    <div className="flex h-12 shrink-0 items-center gap-1 border-b border-line bg-sunken px-2 md:hidden">
      <nav aria-label="Console" className="flex min-w-0 flex-1 items-center gap-1 overflow-x-auto">
        <Link
          href="/"
          aria-label="Go to your chats"
          className="grid size-9 shrink-0 place-items-center rounded-lg focus-visible:-outline-offset-2"
        >
          <Logo size={24} />
        </Link>
        <ul className="flex">
          {CONSOLE_ROOMS.map(({ href, label }) => (
            <li key={href}>
              <RoomLink href={href} className="h-9 rounded-lg px-2.5">
                {label}
              </RoomLink>
            </li>
          ))}
        </ul>
      </nav>
      <ThemeMenu />
    </div>
  );
}

function RoomLink({ href, className, children }: { href: string; className: string; children: ReactNode }) {
  const [location] = useLocation();
  const isHere = href === '/console' ? location === href : location.startsWith(href);
  return (
    <Link
      href={href}
      aria-current={location === href ? 'page' : isHere ? 'true' : undefined}
      className={classNames(
        'flex items-center text-sm transition-colors focus-visible:-outline-offset-2',
        isHere ? 'bg-accent-soft font-medium text-ink' : 'text-ink-soft hover:bg-hover hover:text-ink',
        className,
      )}
    >
      {children}
    </Link>
  );
}
