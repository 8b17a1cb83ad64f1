import type { SignedInUser } from '@netra/protocol';
import { LogOut } from 'lucide-react';
import { useSession } from '../session/session-context.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { ThemeMenu } from '../ui/ThemeMenu.tsx';
import { useSubmit } from '../ui/use-submit.ts';

export function AccountBar({ user }: { user: SignedInUser }) {
  const session = useSession();
  const { submit, isBusy, error } = useSubmit(() => session.signOut());
  const name = user.name === '' ? user.email : user.name;
  return (
    <div className="border-t border-line px-3 py-2.5">
      {error !== undefined && (
        <p role="alert" className="px-2 pb-2 text-xs text-danger-text">
          Still signed in: {error.title}. {error.fix}
        </p>
      )}
      <div className="flex items-center gap-1">
        <span
          aria-hidden="true"
          className="mr-1.5 ml-1 grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent-text"
        >
          {initialsOf(name)}
        </span>
        <div className="min-w-0 flex-1 leading-tight" data-testid="account">
          <p className="truncate text-sm font-medium text-ink">{name}</p>
          <p className="truncate text-xs text-ink-faint">{isBusy ? 'Signing out' : user.email}</p>
        </div>
        <ThemeMenu side="top" />
        <IconButton label="Sign out" disabled={isBusy} onClick={() => submit()}>
          <LogOut size={17} aria-hidden="true" />
        </IconButton>
      </div>
    </div>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/[\s@.]+/).filter((word) => word !== '');
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
}
