import type { IncidentBody, OpsStatus } from '@netra/protocol';
import { CircleAlert, CircleCheck, CircleDashed } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { useNow } from '../../ui/use-now.ts';
import { duration, percent } from '../time-words.ts';
import { HEALTH_LIMITS, type HealthVerdict, healthOf } from './health.ts';

type HealthTilesProps = { status: OpsStatus; incidents: readonly IncidentBody[] | undefined };

/** The figures that are to be held, each against its limit. */
export function HealthTiles({ status, incidents }: HealthTilesProps) {
  const health = healthOf(status.handshakes, useNow(true, 10_000));
  const { accepted_share: share, average_ms: averageMs, slowest_ms: slowestMs } = status.handshakes;
  const open = incidents?.filter(({ state }) => state === 'open').length;
  return (
    <section aria-label="Health" className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Tile
        label="Handshakes that succeed"
        value={share === undefined ? undefined : percent(share)}
        verdict={health.success}
        note={`must be over ${percent(HEALTH_LIMITS.acceptedShare)}`}
      >
        {health.recentShare !== undefined && `${percent(health.recentShare)} in the last 5 min`}
      </Tile>
      <Tile
        label="Average handshake"
        value={averageMs === undefined ? undefined : duration(averageMs)}
        verdict={health.average}
        note={`must be under ${duration(HEALTH_LIMITS.averageMs)}`}
      />
      <Tile
        label="Slowest handshake"
        value={slowestMs === undefined ? undefined : duration(slowestMs)}
        verdict={health.slowest}
        note={`must be within ${duration(HEALTH_LIMITS.slowestMs)}`}
      />
      <Tile
        label="Open incidents"
        value={open === undefined ? undefined : String(open)}
        verdict={open === undefined ? 'none' : open === 0 ? 'good' : 'bad'}
        note={open === 0 ? 'nothing to mend' : 'one root cause each'}
      />
    </section>
  );
}

const icons = { good: CircleCheck, bad: CircleAlert, none: CircleDashed };
const iconLooks = { good: 'text-ok-text', bad: 'text-danger-text', none: 'text-ink-faint' };
const words: Record<HealthVerdict, string> = { good: 'Good', bad: 'Not good', none: 'Nothing to judge' };

type TileProps = {
  label: string;
  value: string | undefined;
  verdict: HealthVerdict;
  note: string;
  children?: ReactNode;
};

function Tile({ label, value, verdict, note, children }: TileProps) {
  const Icon = icons[verdict];
  return (
    <div
      data-verdict={verdict}
      className={classNames(
        'min-w-0 rounded-xl border p-4 shadow-low',
        verdict === 'bad' ? 'border-danger-line bg-danger-soft' : 'border-line bg-surface',
      )}
    >
      <div className="flex items-start justify-between gap-2">
        <h2 className="text-sm font-medium text-ink-soft">{label}</h2>
        <Icon
          size={16}
          role="img"
          aria-label={words[verdict]}
          className={classNames('mt-0.5 shrink-0', iconLooks[verdict])}
        />
      </div>
      <p
        className={classNames(
          'mt-1.5 text-2xl font-semibold tracking-tight tabular-nums',
          verdict === 'bad' ? 'text-danger-text' : 'text-ink',
        )}
      >
        {value ?? '–'}
      </p>
      <p className="mt-0.5 text-xs text-ink-faint">{note}</p>
      {children !== undefined && children !== false && <p className="text-xs text-ink-faint">{children}</p>}
    </div>
  );
}
