import type { NetraClient } from '@netra/client';
import { X } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Link, useLocation } from 'wouter';
import { formText } from '../../ui/form-text.ts';
import { readRefusalsSince } from '../console-requests.ts';
import { attemptHref } from '../hrefs.ts';
import { dataOf } from '../live/data-of.ts';
import { usePoll } from '../live/use-poll.ts';
import { type AttemptFilter, isNarrowed, SINCE_CHOICES } from './attempt-filter.ts';

const WEEK_MS = 7 * 24 * 60 * 60_000;
const MINUTE_MS = 60_000;

const readWeek = (client: NetraClient, signal: AbortSignal) =>
  readRefusalsSince(client, new Date(Date.now() - WEEK_MS).toISOString(), signal);

type AttemptFiltersProps = {
  filter: AttemptFilter;
  onChange: (name: keyof AttemptFilter, value: string) => void;
};

/** Narrows the list down; what can be chosen is what was there in the last week. */
export function AttemptFilters({ filter, onChange }: AttemptFiltersProps) {
  const seen = dataOf(usePoll(readWeek, { everyMs: MINUTE_MS }))?.items ?? [];
  const causes = new Map(
    seen.flatMap(({ cause }) => (cause === undefined ? [] : [[cause.root_cause, cause.title]])),
  );
  const codes = new Map(seen.map(({ code }) => [code, code] as [string, string]));
  return (
    <div className="flex flex-wrap items-end gap-x-3 gap-y-2.5 max-sm:grid max-sm:grid-cols-2">
      <Choice
        label="Root cause"
        value={filter.root_cause}
        choices={causes}
        onChange={(value) => onChange('root_cause', value)}
      />
      <Choice
        label="Code"
        value={filter.code}
        choices={codes}
        onChange={(value) => onChange('code', value)}
      />
      <Choice
        label="Since"
        value={filter.since}
        any="Last 7 days"
        choices={new Map(SINCE_CHOICES.map(({ value, label }) => [value, label]))}
        onChange={(value) => onChange('since', value)}
      />
      <Entry
        key={`user ${filter.user ?? ''}`}
        label="User"
        name="user"
        hint="usr_…"
        value={filter.user}
        onEnter={(value) => onChange('user', value)}
      />
      {isNarrowed(filter) && (
        <Link
          href="/console/attempts"
          className="inline-flex h-9 items-center gap-1.5 rounded-lg px-2.5 text-sm font-medium text-ink-soft transition-colors hover:bg-hover hover:text-ink"
        >
          <X size={15} aria-hidden="true" />
          Clear
        </Link>
      )}
      <OpenById />
    </div>
  );
}

/** For an id that somebody was shown: of an attempt, a connection or a run. */
function OpenById() {
  const [, navigate] = useLocation();
  return (
    <div className="ml-auto max-sm:col-span-2 max-sm:ml-0">
      <Entry
        label="Open by id"
        name="id"
        hint="att_… con_… run_…"
        onEnter={(id) => id !== '' && navigate(attemptHref(id))}
      />
    </div>
  );
}

const controlLook =
  'h-9 rounded-lg border border-line-strong bg-surface px-2.5 text-sm text-ink shadow-low transition-colors hover:border-ink-faint focus-visible:border-accent focus-visible:outline-offset-0';

type ChoiceProps = {
  label: string;
  value: string | undefined;
  choices: ReadonlyMap<string, string>;
  any?: string;
  onChange: (value: string) => void;
};

function Choice({ label, value = '', choices, any = 'Any', onChange }: ChoiceProps) {
  const id = useId();
  // What the address names can be chosen, whether it was there lately or not.
  const all = value === '' || choices.has(value) ? choices : new Map([...choices, [value, value]]);
  return (
    <Labelled id={id} label={label}>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`${controlLook} max-w-50 truncate max-sm:w-full max-sm:max-w-none`}
      >
        <option value="">{any}</option>
        {[...all].map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

type EntryProps = {
  label: string;
  name: string;
  hint: string;
  value?: string | undefined;
  onEnter: (value: string) => void;
};

/** A field whose text counts when Enter is pressed. */
function Entry({ label, name, hint, value = '', onEnter }: EntryProps) {
  const id = useId();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onEnter(formText(new FormData(event.currentTarget), name));
      }}
    >
      <Labelled id={id} label={label}>
        <input
          id={id}
          name={name}
          defaultValue={value}
          placeholder={hint}
          autoComplete="off"
          spellCheck={false}
          className={`${controlLook} w-40 placeholder:text-ink-faint max-sm:w-full`}
        />
      </Labelled>
    </form>
  );
}

function Labelled({ id, label, children }: { id: string; label: string; children: ReactNode }) {
  return (
    <div className="grid min-w-0 gap-1">
      <label htmlFor={id} className="text-xs font-medium text-ink-soft">
        {label}
      </label>
      {children}
    </div>
  );
}
