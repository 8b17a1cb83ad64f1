import type { MessageView, Thread } from '@netra/client';
import { RotateCcw } from 'lucide-react';
import { memo } from 'react';
import { Button } from '../ui/Button.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { settleQuietly } from './send-quietly.ts';

type UserMessageProps = { message: MessageView; isConnected: boolean; thread: Thread };

export const UserMessage = memo(function UserMessage({ message, isConnected, thread }: UserMessageProps) {
  const { status, reason, text } = message;
  return (
    <article
      aria-label="You"
      data-role="user"
      data-status={status}
      className="flex flex-col items-end gap-1.5"
    >
      <p className="max-w-[85%] rounded-2xl rounded-br-md bg-accent-soft px-4 py-2.5 leading-relaxed wrap-anywhere whitespace-pre-wrap text-ink">
        {text}
      </p>
      {status === 'sending' && (
        <p className="text-xs text-ink-faint">
          {isConnected ? 'Sending' : 'Kept here; sent as soon as there is a connection'}
        </p>
      )}
      {status === 'failed' && reason !== undefined && (
        <div className="w-full max-w-xl">
          <ErrorNotice
            error={{ ...reason, detail: reason.detail }}
            actions={
              <Button size="small" onClick={() => settleQuietly(thread.retry(message.key))}>
                <RotateCcw size={14} aria-hidden="true" />
                Send again
              </Button>
            }
          />
        </div>
      )}
    </article>
  );
});
