import type { OpsKeys, OpsStatus } from '@netra/protocol';
import type { ReactNode } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { useNow } from '../../ui/use-now.ts';
import { Code } from '../Code.tsx';
import { Panel } from '../Panel.tsx';
import { duration, span } from '../time-words.ts';

type StatePanelProps = { status: OpsStatus; keys: OpsKeys | undefined };

const circuitWords: Record<OpsStatus['auth_circuit'], string> = {
  closed: 'closed',
  half_open: 'half open',
  open: 'open',
};
const checkNames: Readonly<Record<string, string>> = {
  database: 'Database',
  auth: 'Auth service',
  keys: 'Keys agree',
  accepting: 'Takes newcomers',
};

/** What the node rests on, and what it holds. */
export function StatePanel({ status, keys }: StatePanelProps) {
  const nowMs = useNow(true, 10_000);
  const { runs } = status;
  return (
    <Panel title="State" scope="this node">
      <dl className="px-4 pb-3 text-sm">
        {status.checks.map(({ name, ok, detail, duration_ms: ms }) => (
          <Line key={name} name={checkNames[name] ?? name} tone={ok ? 'ok' : 'problem'}>
            {ok ? (ms === undefined ? 'yes' : duration(ms)) : (detail ?? 'no')}
          </Line>
        ))}
        <Line name="Circuit breaker" tone={status.auth_circuit === 'closed' ? 'ok' : 'problem'}>
          {circuitWords[status.auth_circuit]}
        </Line>
        {keys !== undefined && <Keys keys={keys} />}
        <Line name="Open connections">{status.open_connections}</Line>
        {runs !== undefined && (
          <Line name="Runs">
            {runs.running} running, {runs.queued} queued
          </Line>
        )}
        <Line name="Environment">{status.environment}</Line>
        {status.release !== undefined && <Line name="Release">{status.release}</Line>}
        <Line name="Up for">{span(nowMs - Date.parse(status.started_at))}</Line>
      </dl>
    </Panel>
  );
}

function Keys({ keys: { checked_with: checked, signed_with: signed } }: { keys: OpsKeys }) {
  return (
    <>
      <Line name="Tokens checked with">
        {checked.key_mode === 'public_keys' ? 'public keys' : 'a shared secret'}
        {checked.source !== undefined && (
          <span className="block">
            <Code>{checked.source}</Code>
          </span>
        )}
        {checked.check_value !== undefined && (
          <span className="block">
            <Code>{checked.check_value}</Code>
          </span>
        )}
      </Line>
      {signed !== undefined && signed.items.length > 0 && (
        <Line name="Signing keys">{signed.items.map(({ state }) => state).join(', ')}</Line>
      )}
    </>
  );
}

type LineProps = { name: string; tone?: 'ok' | 'problem'; children: ReactNode };

function Line({ name, tone, children }: LineProps) {
  return (
    <div className="flex items-baseline justify-between gap-3 border-t border-line py-2 first:border-t-0">
      <dt className="flex shrink-0 items-baseline gap-2 text-ink-soft">
        {tone !== undefined && (
          <span
            role="img"
            aria-label={tone === 'ok' ? 'Good' : 'Not good'}
            className={classNames(
              'size-2 shrink-0 -translate-y-px rounded-full',
              tone === 'ok' ? 'bg-ok-text' : 'bg-danger',
            )}
          />
        )}
        {name}
      </dt>
      <dd
        className={classNames(
          'min-w-0 text-right wrap-anywhere tabular-nums',
          tone === 'problem' ? 'font-medium text-danger-text' : 'text-ink',
        )}
      >
        {children}
      </dd>
    </div>
  );
}
