import type { ConnectionReason, ConnectionState, NetraClient } from '@netra/client';
import { useConnection } from '@netra/client/react';
import { CloudOff, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../ui/Button.tsx';
import { Countdown } from '../ui/Countdown.tsx';
import { classNames } from '../ui/class-names.ts';
import { PlainText } from '../ui/PlainText.tsx';
import { useIsOnline } from './use-is-online.ts';

/** Why nothing arrives at the moment, what to do about it, and when the next try is. Nothing while all is well. */
export function ConnectionBanner({ client }: { client: NetraClient }) {
  const connection = useConnection(client);
  const isOnline = useIsOnline();
  // The region itself is always there: screen readers only announce changes of a region that they already know.
  return (
    <div role="status" aria-label="Connection" data-status={connection.status} data-code={codeOf(connection)}>
      <Content connection={connection} isOnline={isOnline} onTryNow={() => client.connect()} />
    </div>
  );
}

type ContentProps = { connection: ConnectionState; isOnline: boolean; onTryNow: () => void };

function Content({ connection, isOnline, onTryNow }: ContentProps) {
  switch (connection.status) {
    case 'idle':
      return null;
    case 'closed':
      return null;
    case 'open':
      if (!connection.isDraining) return null;
      return (
        <Bar
          isBusy
          title="The server is about to restart"
          text="You stay signed in, and this page reconnects by itself."
        />
      );
    case 'connecting':
      if (connection.reason === undefined) return <Bar isBusy isLate title="Connecting to the server" />;
      return <Bar isBusy title="Reconnecting" text={`${connection.reason.title}.`} />;
    case 'waiting':
      return (
        <Bar
          title={isOnline ? connection.reason.title : 'This device is offline'}
          text={wordsFor(connection.reason, isOnline)}
        >
          <Countdown untilMs={connection.retryAtMs} />
          <Button size="small" onClick={onTryNow}>
            Try now
          </Button>
        </Bar>
      );
    case 'refused':
      return (
        <Bar isRefused title={connection.reason.title} text={wordsFor(connection.reason, true)}>
          <Button size="small" onClick={onTryNow}>
            Try again
          </Button>
        </Bar>
      );
  }
}

type BarProps = {
  title: string;
  text?: string;
  children?: ReactNode;
  isBusy?: boolean;
  isRefused?: boolean;
  isLate?: boolean;
};

function Bar({ title, text, children, isBusy, isRefused, isLate }: BarProps) {
  const Icon = isBusy === true ? LoaderCircle : CloudOff;
  return (
    <div
      className={classNames(
        'flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-2.5 text-sm sm:px-6',
        isRefused === true
          ? 'border-danger-line bg-danger-soft text-danger-text'
          : 'border-warn-line bg-warn-soft text-warn-text',
        // A connection that is made at once needs no banner: it appears only when it takes a while.
        isLate === true && 'animate-late',
      )}
    >
      <div className="flex min-w-0 flex-1 basis-60 items-start gap-2.5">
        <Icon
          size={16}
          aria-hidden="true"
          className={classNames('mt-0.5 shrink-0', isBusy === true && 'animate-turn')}
        />
        <p className="min-w-0 wrap-break-word">
          <strong className="font-semibold">{title}</strong>
          {text !== undefined && (
            <span className="text-ink-soft">
              {' '}
              · <PlainText>{text}</PlainText>
            </span>
          )}
        </p>
      </div>
      {children !== undefined && <div className="flex items-center gap-3">{children}</div>}
    </div>
  );
}

function wordsFor({ detail, fix, title }: ConnectionReason, isOnline: boolean): string {
  if (!isOnline) return 'Reconnect to a network; this page continues by itself.';
  return detail === undefined || detail === title ? fix : `${detail.replace(/[.\s]*$/, '.')} ${fix}`;
}

function codeOf(connection: ConnectionState): string | undefined {
  if (connection.status === 'open') return connection.isDraining ? 'draining' : undefined;
  return 'reason' in connection ? connection.reason?.code : undefined;
}
