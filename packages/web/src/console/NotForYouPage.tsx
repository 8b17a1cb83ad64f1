import type { SignedInUser } from '@netra/protocol';
import { ChatsLink } from '../session/ChatsLink.tsx';
import { EntryLayout } from '../session/EntryLayout.tsx';
import { CommandLine } from './CommandLine.tsx';

type NotForYouPageProps = { user: SignedInUser; permission: string; title: string };

/** For who is signed in and may not look at the console: what is missing, and who can give it. */
export function NotForYouPage({ user, permission, title }: NotForYouPageProps) {
  return (
    <EntryLayout
      title={title}
      lead={`The console is for operators, and ${user.email} has no permission ${permission}.`}
    >
      <div data-code="permission_missing" className="grid min-w-0 gap-2.5">
        <p className="text-sm text-ink-soft">
          Whoever runs this installation can make you one, and you sign in again afterwards:
        </p>
        <CommandLine command={`netra users role ${user.email} --role operator`} />
      </div>
      <ChatsLink />
    </EntryLayout>
  );
}
