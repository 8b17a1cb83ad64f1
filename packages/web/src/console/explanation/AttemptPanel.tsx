import type { OpsAttempt } from '@netra/protocol';
import { Disclosure } from '../../chat/Disclosure.tsx';
import { JsonBlock } from '../../chat/JsonBlock.tsx';
import { Panel } from '../Panel.tsx';
import { exactTime } from '../time-words.ts';

const clientNames = { origin: 'Page', carrier: 'Credential', client_type: 'Kind', user_agent: 'Program' };

/** What the client showed of itself, and all that was recorded. */
export function AttemptPanel({ attempt }: { attempt: OpsAttempt }) {
  const { client, facts = {}, at, detail } = attempt;
  const shown = Object.entries(clientNames).flatMap(([key, name]) => {
    const value = client[key];
    return typeof value === 'string' ? [{ name, value: value.replaceAll('_', ' ') }] : [];
  });
  return (
    <Panel title="The attempt">
      <dl className="grid gap-1.5 px-4 pb-2 text-sm">
        {[
          { name: 'At', value: exactTime(at) },
          ...shown,
          ...(detail === undefined ? [] : [{ name: 'Told', value: detail }]),
        ].map(({ name, value }) => (
          <div key={name} className="flex justify-between gap-3">
            <dt className="shrink-0 text-ink-faint">{name}</dt>
            <dd className="min-w-0 text-right wrap-anywhere text-ink">{value}</dd>
          </div>
        ))}
      </dl>
      {Object.keys(facts).length > 0 && (
        <div className="px-1 pb-1">
          <Disclosure summary={<span className="flex-1 text-ink-soft">All that was recorded</span>}>
            <JsonBlock label="Facts" value={facts} />
          </Disclosure>
        </div>
      )}
    </Panel>
  );
}
