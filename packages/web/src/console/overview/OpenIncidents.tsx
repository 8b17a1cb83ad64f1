import type { IncidentBody } from '@netra/protocol';
import { ChevronRight, Siren } from 'lucide-react';
import { Link } from 'wouter';
import { Code } from '../Code.tsx';
import { attemptHref } from '../hrefs.ts';
import { TimeAgo } from '../TimeAgo.tsx';

/** What is broken now, each with the way to its reason. Nothing while nothing is. */
export function OpenIncidents({ incidents }: { incidents: readonly IncidentBody[] | undefined }) {
  const open = incidents?.filter(({ state }) => state === 'open') ?? [];
  if (open.length === 0) return null;
  return (
    <section aria-label="Open incidents">
      <ul className="grid gap-2">
        {open.map((incident) => (
          <li key={incident.incident_id}>
            <Link
              href={attemptHref(incident.example_attempt_id)}
              className="group flex items-center gap-3 rounded-xl border border-danger-line bg-danger-soft px-4 py-3 transition-colors hover:border-danger"
            >
              <Siren size={18} aria-hidden="true" className="shrink-0 text-danger-text" />
              <span className="min-w-0 flex-1">
                <span className="block font-semibold text-danger-text">{incident.title}</span>
                <span className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-ink-soft">
                  <Code>{incident.root_cause}</Code>
                  <span>{counted(incident)}</span>
                  <span>
                    last <TimeAgo iso={incident.last_seen} />
                  </span>
                </span>
              </span>
              <span className="text-sm font-medium whitespace-nowrap text-danger-text max-sm:sr-only">
                Why
              </span>
              <ChevronRight
                size={16}
                aria-hidden="true"
                className="shrink-0 text-danger-text transition-transform group-hover:translate-x-0.5"
              />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function counted({ count, user_count: users }: IncidentBody): string {
  const refused = `${count} refused`;
  return users === 0 ? refused : `${refused}, ${users} ${users === 1 ? 'user' : 'users'}`;
}
