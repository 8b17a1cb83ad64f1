import type { NetraClient } from '@netra/client';
import { type Permission, REASONS, type SignedInUser } from '@netra/protocol';
import { lazy, Suspense } from 'react';
import { ClientContext } from '../chat/client-context.ts';
import { Waiting } from '../ui/Waiting.tsx';
import { LoadBoundary } from './LoadBoundary.tsx';
import { NotForYouPage } from './NotForYouPage.tsx';

const needed: Permission = 'ops:read';

/** Most people never open the console: its code comes with the first visit. */
const Console = lazy(async () => ({ default: (await import('./Console.tsx')).Console }));

/** Lets in who has `ops:read`. The server judges each request by itself; this only decides what is shown. */
export function ConsoleDoor({ client, user }: { client: NetraClient; user: SignedInUser }) {
  if (!user.permissions.includes(needed))
    return <NotForYouPage user={user} permission={needed} title={REASONS.permission_missing.title} />;
  return (
    <LoadBoundary>
      <Suspense fallback={<Opening />}>
        <ClientContext value={client}>
          <Console key={user.user_id} user={user} />
        </ClientContext>
      </Suspense>
    </LoadBoundary>
  );
}

function Opening() {
  return (
    <main className="grid h-full place-items-center bg-canvas">
      <h1 className="sr-only">Netra console</h1>
      <Waiting>Opening the console</Waiting>
    </main>
  );
}
