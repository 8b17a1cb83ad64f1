import type { SignedInUser } from '@netra/protocol';
import { Route, Switch } from 'wouter';
import { NothingHerePage } from '../session/NothingHerePage.tsx';
import { AttemptsPage } from './attempts/AttemptsPage.tsx';
import { ConsoleFrame } from './ConsoleFrame.tsx';
import { ExplanationPage } from './explanation/ExplanationPage.tsx';
import { IncidentsPage } from './incidents/IncidentsPage.tsx';
import { OverviewPage } from './overview/OverviewPage.tsx';

/** The rooms for operators: how it goes, what was refused, and why. */
export function Console({ user }: { user: SignedInUser }) {
  return (
    <Switch>
      <Route path="/console">
        <ConsoleFrame user={user}>
          <OverviewPage />
        </ConsoleFrame>
      </Route>
      <Route path="/console/attempts">
        <ConsoleFrame user={user}>
          <AttemptsPage />
        </ConsoleFrame>
      </Route>
      <Route path="/console/attempts/:attemptId">
        {({ attemptId }) => (
          <ConsoleFrame user={user}>
            <ExplanationPage key={attemptId} attemptId={attemptId} />
          </ConsoleFrame>
        )}
      </Route>
      <Route path="/console/incidents">
        <ConsoleFrame user={user}>
          <IncidentsPage />
        </ConsoleFrame>
      </Route>
      <Route>
        <NothingHerePage />
      </Route>
    </Switch>
  );
}
