import { IncidentBook, type IncidentEvent, type IncidentStore, type OpenIncident } from '@netra/diagnosis';
import { newId } from '@netra/protocol';
import type { Logger } from '@netra/service';

/** An incident is over after so long without another, on any node. */
const CLOSE_AFTER_MS = 10 * 60_000;

export interface IncidentLedgerOptions {
  readonly store: IncidentStore;
  /** Told of each that opens, grows or closes, after it was stored. Must not throw. */
  readonly announce: (event: IncidentEvent) => void;
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * The book of this node, kept in step with that of the others: what opens here joins what is open elsewhere, counts add up,
 * and one node alone says that an incident opened or closed. While the database is away, each node goes by itself.
 */
export interface IncidentLedger extends Pick<IncidentBook, 'incidentOf' | 'open'> {
  record(occurrence: Parameters<IncidentBook['record']>[0]): Promise<void>;
  /** To be called now and then: adds what was seen, learns what others opened and closed, closes what is over. */
  sync(): Promise<void>;
}

export function createIncidentLedger(options: IncidentLedgerOptions): IncidentLedger {
  const { store, announce, now, log } = options;
  const book = new IncidentBook({ newId: () => newId('inc'), closeAfterMs: CLOSE_AFTER_MS });
  let work = Promise.resolve();

  /** One after the other, so that what was taken from the book is stored before anything is taken up again. */
  function inTurn(act: () => Promise<void>): Promise<void> {
    work = work.then(act).catch((cause: unknown) => log.error({ err: cause }, 'incidents stumbled'));
    return work;
  }

  /** The incident as all nodes have it; undefined where the database does not say. */
  async function add(incident: OpenIncident) {
    const seen = book.takeSeen(incident);
    try {
      const added = await store.add(incident, seen);
      book.adopt([added.incident]);
      return added;
    } catch (cause) {
      book.giveBack(incident, seen);
      log.warn({ err: cause }, 'could not store an incident');
      return undefined;
    }
  }

  async function publish(event: IncidentEvent): Promise<void> {
    if (event.type === 'incident_closed') return close(event);
    const added = await add(event.incident);
    const isNews = event.type === 'incident_updated' || added === undefined || added.isFirst;
    if (isNews) announce({ ...event, incident: added?.incident ?? event.incident });
  }

  async function close({ incident }: Extract<IncidentEvent, { type: 'incident_closed' }>): Promise<void> {
    try {
      const closed = await store.close(incident, now() - CLOSE_AFTER_MS);
      if (closed !== undefined) announce({ type: 'incident_closed', incident: closed });
    } catch (cause) {
      log.warn({ err: cause }, 'could not close an incident');
      // It is tried again.
      const { closed_at: _closedAt, ...open } = incident;
      book.adopt([{ ...open, state: 'open' }]);
    }
  }

  async function learn(): Promise<void> {
    for (const incident of book.unsaved()) await add(incident);
    try {
      book.learn(await store.findOpen());
    } catch (cause) {
      log.warn({ err: cause }, 'could not read open incidents');
    }
  }

  return {
    incidentOf: (explanation) => book.incidentOf(explanation),
    open: () => book.open(),
    record: (occurrence) =>
      inTurn(async () => {
        for (const event of book.record(occurrence)) await publish(event);
      }),
    sync: () =>
      inTurn(async () => {
        await learn();
        for (const event of book.tick(now())) await publish(event);
      }),
  };
}
