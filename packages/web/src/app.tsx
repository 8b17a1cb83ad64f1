import { useCallback } from 'react';
import { Redirect, Route, Switch, useLocation, useSearch } from 'wouter';
import { ConsoleDoor } from './console/ConsoleDoor.tsx';
import { wantedPath } from './session/entry-address.ts';
import { ForgotPasswordPage } from './session/ForgotPasswordPage.tsx';
import { LinkPage } from './session/LinkPage.tsx';
import { NothingHerePage } from './session/NothingHerePage.tsx';
import { ResetPasswordPage } from './session/ResetPasswordPage.tsx';
import { SignInPage } from './session/SignInPage.tsx';
import { SignUpPage } from './session/SignUpPage.tsx';
import type { Session } from './session/session.ts';
import { SessionContext, useSession, useSessionState } from './session/session-context.ts';
import { UnreachablePage } from './session/UnreachablePage.tsx';
import { Workspace } from './threads/Workspace.tsx';
import { Waiting } from './ui/Waiting.tsx';

export function App({ session }: { session: Session }) {
  return (
    <SessionContext value={session}>
      <Switch>
        <Route path="/sign-in/link">
          <LinkRoute />
        </Route>
        <Route path="/sign-in">
          <EntryRoute page={<SignInPage />} />
        </Route>
        <Route path="/sign-up">
          <EntryRoute page={<SignUpPage />} />
        </Route>
        <Route path="/forgot-password">
          <ForgotPasswordPage />
        </Route>
        <Route path="/reset-password">
          <ResetPasswordPage />
        </Route>
        <Route path="/chat/:threadId">{({ threadId }) => <ChatRoute threadId={threadId} />}</Route>
        <Route path="/">
          <ChatRoute threadId={undefined} />
        </Route>
        <Route path="/chat">
          <Redirect to="/" replace />
        </Route>
        <Route path="/console/*?">
          <ConsoleRoute />
        </Route>
        <Route>
          <NothingHerePage />
        </Route>
      </Switch>
    </SessionContext>
  );
}

function ConsoleRoute() {
  const state = useSessionState();
  const [location] = useLocation();
  const search = useSearch();
  if (state.status === 'signed_in') return <ConsoleDoor client={state.client} user={state.user} />;
  if (state.status === 'signed_out') {
    const wanted = search === '' ? location : `${location}?${search}`;
    return <Redirect to={`/sign-in?next=${encodeURIComponent(wanted)}`} replace />;
  }
  return <Undecided />;
}

function ChatRoute({ threadId }: { threadId: string | undefined }) {
  const state = useSessionState();
  if (state.status === 'signed_in')
    return <Workspace key={state.user.user_id} client={state.client} user={state.user} threadId={threadId} />;
  if (state.status === 'signed_out') return <Redirect to={`/sign-in${returnTo(threadId)}`} replace />;
  return <Undecided />;
}

/** Signing in and up: pointless for who is signed in already. */
function EntryRoute({ page }: { page: React.ReactNode }) {
  const state = useSessionState();
  if (state.status === 'signed_out') return page;
  if (state.status === 'signed_in') return <Redirect to={wantedPath()} replace />;
  return <Undecided />;
}

function LinkRoute() {
  const [, navigate] = useLocation();
  const onSignedIn = useCallback(() => navigate('/', { replace: true }), [navigate]);
  return <LinkPage onSignedIn={onSignedIn} />;
}

function Undecided() {
  const session = useSession();
  const state = useSessionState();
  if (state.status === 'unreachable') {
    return (
      <UnreachablePage
        error={state.error}
        retryAtMs={state.retryAtMs}
        onTryNow={() => void session.check()}
      />
    );
  }
  return (
    <main className="grid h-full place-items-center bg-canvas">
      <h1 className="sr-only">Netra</h1>
      <Waiting>Checking whether you are signed in</Waiting>
    </main>
  );
}

function returnTo(threadId: string | undefined): string {
  return threadId === undefined ? '' : `?next=${encodeURIComponent(`/chat/${threadId}`)}`;
}
