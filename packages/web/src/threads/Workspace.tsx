import type { NetraClient } from '@netra/client';
import { useThreadList } from '@netra/client/react';
import type { SignedInUser } from '@netra/protocol';
import { Menu as MenuIcon, SquarePen } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { ChatPage } from '../chat/ChatPage.tsx';
import { ConnectionBanner } from '../connection/ConnectionBanner.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { Drawer } from './Drawer.tsx';
import { Sidebar, type SidebarProps } from './Sidebar.tsx';
import { useRouteThread } from './use-route-thread.ts';

type WorkspaceProps = { client: NetraClient; user: SignedInUser; threadId: string | undefined };

/** Everything a signed-in user sees: the list of chats and the chat that the address names. */
export function Workspace({ client, user, threadId }: WorkspaceProps) {
  const list = useThreadList(client);
  const { thread, key, startNew } = useRouteThread(client, threadId);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const closeDrawer = useCallback(() => setDrawerOpen(false), []);
  useLeaveWhenDeleted(client, threadId, closeDrawer);
  const newChat = () => {
    closeDrawer();
    startNew();
  };
  const sidebar: SidebarProps = {
    client,
    user,
    list,
    currentId: threadId,
    onNewChat: newChat,
    onOpen: closeDrawer,
  };
  return (
    <div className="flex h-dvh overflow-hidden bg-canvas">
      <a
        href="#main"
        className="absolute top-2 left-2 z-50 -translate-y-20 rounded-lg bg-accent px-4 py-2 font-medium text-accent-ink focus:translate-y-0"
      >
        Skip to the chat
      </a>
      <aside aria-label="Chats and account" className="hidden w-72 shrink-0 border-r border-line md:block">
        <Sidebar {...sidebar} />
      </aside>
      {isDrawerOpen && (
        <Drawer onClose={closeDrawer}>
          <Sidebar {...sidebar} />
        </Drawer>
      )}
      <div className="flex min-w-0 flex-1 flex-col">
        <ChatPage
          key={key}
          client={client}
          thread={thread}
          userName={user.name}
          onNewChat={newChat}
          banner={<ConnectionBanner client={client} />}
          leading={
            <IconButton
              label="Open the list of chats"
              className="md:hidden"
              onClick={() => setDrawerOpen(true)}
            >
              <MenuIcon size={19} aria-hidden="true" />
            </IconButton>
          }
          trailing={
            <IconButton label="Start a new chat" className="md:hidden" onClick={newChat}>
              <SquarePen size={18} aria-hidden="true" />
            </IconButton>
          }
        />
      </div>
    </div>
  );
}

/** A chat that was deleted, here or on another device, leaves the screen. */
function useLeaveWhenDeleted(client: NetraClient, threadId: string | undefined, onLeave: () => void): void {
  const [, navigate] = useLocation();
  useEffect(
    () =>
      client.threads.watch(({ type, thread }) => {
        if (type !== 'deleted' || thread.thread_id !== threadId) return;
        onLeave();
        navigate('/', { replace: true });
      }),
    [client, threadId, navigate, onLeave],
  );
}
