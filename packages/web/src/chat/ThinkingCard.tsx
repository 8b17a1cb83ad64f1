import { Sparkles } from 'lucide-react';
import { Disclosure } from './Disclosure.tsx';

/** What the agent said to itself. While it goes on, its last line shows without being opened. */
export function ThinkingCard({ text, isLive }: { text: string; isLive: boolean }) {
  // Agents mark names as code; here it is all plain text.
  const plainText = text.trim().replaceAll('`', '');
  const lines = plainText.split('\n');
  return (
    <div data-testid="thinking" className="rounded-xl border border-line">
      <Disclosure
        summary={
          <span className="flex min-w-0 flex-1 items-center gap-2.5 text-ink-soft">
            <Sparkles
              size={15}
              aria-hidden="true"
              className={isLive ? 'shrink-0 animate-breathe' : 'shrink-0'}
            />
            <span className="shrink-0 font-medium">{isLive ? 'Thinking' : 'Thought'}</span>
            <span className="min-w-0 truncate text-ink-faint">{isLive ? lines.at(-1) : lines[0]}</span>
          </span>
        }
      >
        <p className="border-l-2 border-line pl-3 text-sm leading-relaxed wrap-anywhere whitespace-pre-wrap text-ink-soft">
          {plainText}
        </p>
      </Disclosure>
    </div>
  );
}
