import type { NetraClient } from '@netra/client';
import type { SignedInUser } from '@netra/protocol';
import { SquarePen } from 'lucide-react';
import { ConsoleLink } from '../console/ConsoleLink.tsx';
import { Button } from '../ui/Button.tsx';
import { Wordmark } from '../ui/Logo.tsx';
import { AccountBar } from './AccountBar.tsx';
import { type ThreadListView, ThreadNav } from './ThreadNav.tsx';

export type SidebarProps = {
  client: NetraClient;
  user: SignedInUser;
  list: ThreadListView;
  currentId: string | undefined;
  onNewChat: () => void;
  onOpen: () => void;
};

export function Sidebar({ client, user, list, currentId, onNewChat, onOpen }: SidebarProps) {
  return (
    <div className="flex h-full flex-col bg-sunken">
      <div className="flex h-14 shrink-0 items-center px-5">
        <Wordmark />
      </div>
      <div className="px-3 pt-1 pb-3">
        <Button className="w-full justify-start" onClick={onNewChat}>
          <SquarePen size={16} aria-hidden="true" className="text-accent-text" />
          New chat
        </Button>
      </div>
      <ThreadNav client={client} list={list} currentId={currentId} onOpen={onOpen} />
      {user.permissions.includes('ops:read') && <ConsoleLink />}
      <AccountBar user={user} />
    </div>
  );
}
