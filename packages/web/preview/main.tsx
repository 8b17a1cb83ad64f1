import { createRoot } from 'react-dom/client';
import { App } from '../src/app.tsx';
import { createSession } from '../src/session/session.ts';
import '../src/styles.css';
import { watchTheme } from '../src/ui/theme.ts';
import { fakeAuth, fakeClient } from './fake-client.ts';
import { scenes } from './scenes.ts';

const name = new URLSearchParams(location.search).get('scene') ?? 'chat';
const scene = scenes[name];
const root = document.getElementById('root');
if (scene === undefined || root === null)
  throw new Error(`No scene ${name}; there are ${Object.keys(scenes).join(', ')}`);

history.replaceState(null, '', scene.path);
watchTheme();
const session = createSession({ auth: fakeAuth(scene), createClient: () => fakeClient(scene) });
void session.check();
createRoot(root).render(<App session={session} />);
