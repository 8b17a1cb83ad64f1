import { Activity, CircleHelp, type LucideIcon, UserRound } from 'lucide-react';
import { Logo } from '../ui/Logo.tsx';

const questions: readonly { text: string; hint: string; icon: LucideIcon }[] = [
  { text: 'Why would a connection be refused?', hint: 'Searches the documentation', icon: CircleHelp },
  { text: 'Who am I?', hint: 'Looks at your account and rights', icon: UserRound },
  { text: 'Is everything healthy?', hint: 'Checks this installation', icon: Activity },
];

export function EmptyChat({ userName, onAsk }: { userName: string; onAsk: (question: string) => void }) {
  const firstName = userName.trim().split(/\s+/)[0] ?? '';
  return (
    <div className="flex flex-1 animate-rise flex-col justify-center gap-7 py-10">
      <div className="grid gap-4">
        <Logo size={44} />
        <div>
          <h2 className="text-2xl font-semibold tracking-tight text-balance text-ink">
            {firstName === '' ? 'Hello' : `Hello, ${firstName}`}
          </h2>
          <p className="mt-1.5 max-w-lg text-ink-soft">
            Ask a question and watch how the answer comes about: what the agent thinks, which tools it uses,
            and what they say.
          </p>
        </div>
      </div>
      <ul aria-label="Suggested questions" className="grid gap-2.5 sm:grid-cols-3">
        {questions.map(({ text, hint, icon: Icon }) => (
          <li key={text} className="flex">
            <button
              type="button"
              onClick={() => onAsk(text)}
              className="flex w-full items-center gap-3.5 rounded-xl border border-line bg-surface p-4 text-left shadow-low transition-colors hover:border-line-strong hover:bg-hover sm:flex-col sm:items-start"
            >
              <Icon size={18} aria-hidden="true" className="shrink-0 text-accent-text" />
              <span>
                <span className="block font-medium text-balance text-ink">{text}</span>
                <span className="mt-0.5 block text-sm text-ink-faint">{hint}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
