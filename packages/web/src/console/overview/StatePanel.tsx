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
        {status.checks.map((check) => (
          <Line
            key={check.name}
            name={checkNames[check.name] ?? check.name}
            tone={check.ok ? 'ok' : 'problem'}
          >
            {foundBy(check)}
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

type Check = OpsStatus['checks'][number];

/** A detail that is a sentence says more than the code; one that is the name of an exception says nothing. */
function foundBy({ ok, code, detail, duration_ms: ms }: Check): string {
  if (ok) return ms === undefined ? 'yes' : duration(ms);
  if (detail?.includes(' ')) return detail;
  return code?.replaceAll('_', ' ') ?? detail ?? 'no';
}

function Keys({ keys: { matches, checked_with: checked, signed_with: signed } }: { keys: OpsKeys }) {
  const kept = signed?.items.filter(({ state }) => state !== 'revoked') ?? [];
  return (
    <>
      <Line name="Checked with">
        <KeyWords material={checked} />
      </Line>
      {signed !== undefined && !matches && (
        <Line name="Signed with" tone="problem">
          <KeyWords material={signed} />
        </Line>
      )}
      {kept.length > 0 && <Line name="Signing keys">{kept.map(({ state }) => state).join(', ')}</Line>}
    </>
  );
}

/** From where a key comes, and what tells it from another; never the key. */
function KeyWords({ material }: { material: OpsKeys['checked_with'] }) {
  const { key_mode: mode, source, check_value: checkValue } = material;
  return (
    <>
      {mode === 'public_keys' ? 'public keys' : 'a shared secret'}
      {[source, checkValue].map(
        (text) =>
          text !== undefined && (
            <span key={text} className="block">
              <Code>{text}</Code>
            </span>
          ),
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
