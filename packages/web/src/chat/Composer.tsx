import type { NetraError } from '@netra/client';
import { LIMITS } from '@netra/protocol';
import { ArrowUp, LoaderCircle, Square } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useUnsentText } from './use-unsent-text.ts';

type ComposerProps = {
  threadId: string | undefined;
  onSend: (text: string) => void;
  onStop: () => void;
  isRunning: boolean;
  isStopping: boolean;
  problem: NetraError | undefined;
};

/** Enter sends, Shift+Enter makes a new line. Sending stays possible while the agent answers: the message waits its turn. */
export function Composer({ threadId, onSend, onStop, isRunning, isStopping, problem }: ComposerProps) {
  const [text, setText] = useUnsentText(threadId);
  const input = useRef<HTMLTextAreaElement>(null);
  const tooMany = text.length - LIMITS.maxMessageChars;
  const canSend = text.trim() !== '' && tooMany <= 0;

  // Where there is a keyboard, typing can start at once; on a touch screen its keyboard would cover the chat.
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) input.current?.focus({ preventScroll: true });
  }, []);

  const send = () => {
    if (!canSend) return;
    onSend(text.trim());
    setText('');
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <div className="shrink-0 pt-2 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      <div className="mx-auto max-w-3xl px-3 sm:px-6">
        {problem !== undefined && (
          <p role="alert" className="px-2 pb-2 text-sm text-danger-text">
            Not stopped: {problem.title}. {problem.fix}
          </p>
        )}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
          className="flex items-end gap-1.5 rounded-2xl border border-line-strong bg-surface p-1.5 shadow-low transition-colors focus-within:border-accent focus-within:outline-1 focus-within:outline-accent"
        >
          <label htmlFor="composer" className="sr-only">
            Message
          </label>
          <textarea
            id="composer"
            ref={input}
            rows={1}
            value={text}
            placeholder={isRunning ? 'Ask the next question' : 'Ask the agent something'}
            aria-describedby="composer-hint"
            aria-invalid={tooMany > 0 ? true : undefined}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKeyDown}
            className="field-sizing-content max-h-48 min-h-9 min-w-0 flex-1 resize-none bg-transparent px-2.5 py-1.5 text-[1rem] leading-6 text-ink outline-none placeholder:text-ink-faint"
          />
          {isRunning && <StopButton onStop={onStop} isStopping={isStopping} />}
          {(!isRunning || canSend) && (
            <button
              type="submit"
              aria-label="Send message"
              title="Send message"
              disabled={!canSend}
              className="grid size-9 shrink-0 place-items-center rounded-xl bg-accent text-accent-ink transition-colors hover:bg-accent-hover disabled:cursor-not-allowed disabled:bg-hover disabled:text-ink-faint"
            >
              <ArrowUp size={18} aria-hidden="true" />
            </button>
          )}
        </form>
        <Hint tooMany={tooMany} isRunning={isRunning} />
      </div>
    </div>
  );
}

function StopButton({ onStop, isStopping }: { onStop: () => void; isStopping: boolean }) {
  return (
    <button
      type="button"
      aria-label="Stop answering"
      title="Stop answering (Esc)"
      disabled={isStopping}
      onClick={onStop}
      className="flex h-9 shrink-0 items-center gap-2 rounded-xl border border-line bg-surface px-3 text-sm font-medium text-ink transition-colors hover:bg-hover disabled:text-ink-faint"
    >
      {isStopping ? (
        <LoaderCircle size={14} aria-hidden="true" className="animate-turn" />
      ) : (
        <Square size={12} aria-hidden="true" fill="currentColor" />
      )}
      {isStopping ? 'Stopping' : 'Stop'}
    </button>
  );
}

function Hint({ tooMany, isRunning }: { tooMany: number; isRunning: boolean }) {
  if (tooMany > 0) {
    return (
      <p id="composer-hint" role="status" className="px-2 pt-1.5 text-xs text-danger-text">
        Too long by {tooMany.toLocaleString('en')} characters; a message holds{' '}
        {LIMITS.maxMessageChars.toLocaleString('en')}.
      </p>
    );
  }
  return (
    <p id="composer-hint" className="hidden px-2 pt-1.5 text-center text-xs text-ink-faint sm:block">
      Enter sends · Shift+Enter makes a new line{isRunning && ' · Esc stops the answer'}
    </p>
  );
}
