import { createNetraAuth, createNetraClient } from '@netra/client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createOtherTabs } from './session/other-tabs.ts';
import { createSession } from './session/session.ts';
import { createUnsentTexts, type TextStorage } from './session/unsent-texts.ts';
import './styles.css';
import { watchTheme } from './ui/theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

watchTheme();
const session = createSession({
  auth: createNetraAuth(),
  createClient: (getToken) => createNetraClient({ getToken }),
  otherTabs: createOtherTabs(),
  unsentTexts: createUnsentTexts(tabStorage()),
});
void session.check();
createRoot(root).render(
  <StrictMode>
    <App session={session} />
  </StrictMode>,
);

/** Lives as long as the tab; undefined where the browser blocks it. */
function tabStorage(): TextStorage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
