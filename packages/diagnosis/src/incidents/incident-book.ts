import type { Explanation } from '../explanation.ts';
import type { ClosedIncident, Incident, IncidentEvent, IncidentSeen, OpenIncident } from './incident.ts';

export interface IncidentBookOptions {
  readonly newId: () => string;
  /** Subjects of one cause that make an incident. Default 3. */
  readonly openAfter?: number;
  /** Within this time. Default 5 min. */
  readonly windowMs?: number;
  /** An incident closes by itself after so long without another. Default 10 min. */
  readonly closeAfterMs?: number;
  /** Default 1 min. */
  readonly updateEveryMs?: number;
}

/** Who it happened to, beside the explanation. */
export interface Occurrence {
  readonly explanation: Explanation;
  readonly userId?: string;
  readonly release?: string;
}

const MAX_COUNTED_USERS = 10_000;
/** Causes that are watched at once; the one that was quiet for longest makes place. */
const MAX_GROUPS = 500;

interface Group {
  readonly key: string;
  incident: OpenIncident | undefined;
  /** Of those that have not made an incident yet. */
  waiting: { readonly occurrence: Occurrence; readonly atMs: number }[];
  readonly users: Set<string>;
  /** Of its incident, what was not taken yet. */
  unsaved: { count: number; users: string[] };
  lastAtMs: number;
  announcedAtMs: number;
}

/**
 * Groups explained subjects into incidents. Holds its state and does no I/O: the caller stores and announces what comes
 * back. Times are those of the occurrences, so that the same sequence gives the same incidents.
 */
export class IncidentBook {
  readonly #options: Required<IncidentBookOptions>;
  readonly #groups = new Map<string, Group>();

  constructor(options: IncidentBookOptions) {
    this.#options = {
      openAfter: 3,
      windowMs: 300_000,
      closeAfterMs: 600_000,
      updateEveryMs: 60_000,
      ...options,
    };
  }

  /**
   * Takes up what other nodes, or an earlier process, have open. The users of before are not known by name, only as a
   * number; what was seen here and not taken yet is kept.
   */
  adopt(incidents: readonly OpenIncident[]): void {
    for (const incident of incidents) {
      const group = this.#groupOf(incidentKey(incident));
      const lastAtMs = Date.parse(incident.last_seen);
      // What waited here for an incident of its own belongs to this one.
      for (const { occurrence } of group.waiting) note(group, occurrence.userId);
      group.waiting = [];
      group.incident = { ...incident, count: incident.count + group.unsaved.count };
      group.lastAtMs = Math.max(group.lastAtMs, lastAtMs);
      group.announcedAtMs = Math.max(group.announcedAtMs, lastAtMs);
    }
  }

  /** Takes up what is open everywhere, and lets go what another node closed. */
  learn(open: readonly OpenIncident[]): void {
    this.adopt(open);
    const ids = new Set(open.map(({ incident_id }) => incident_id));
    for (const [key, { incident, unsaved }] of this.#groups) {
      const isClosed = incident !== undefined && !ids.has(incident.incident_id);
      // What nobody else knows of is not closed but not stored yet.
      if (isClosed && unsaved.count === 0) this.#groups.delete(key);
    }
  }

  /** What was seen of an open incident since it was last taken. */
  takeSeen(incident: OpenIncident): IncidentSeen {
    const group = this.#groups.get(incidentKey(incident));
    const seen = group?.unsaved ?? NOTHING_SEEN;
    if (group !== undefined) group.unsaved = { count: 0, users: [] };
    return seen;
  }

  /** For what was taken and could not be stored. */
  giveBack(incident: OpenIncident, { count, users }: IncidentSeen): void {
    const unsaved = this.#groups.get(incidentKey(incident))?.unsaved;
    if (unsaved === undefined) return;
    unsaved.count += count;
    unsaved.users.push(...users);
  }

  /** Open incidents of which something was not taken yet. */
  unsaved(): OpenIncident[] {
    return [...this.#groups.values()].flatMap(({ incident, unsaved }) =>
      incident !== undefined && unsaved.count > 0 ? [incident] : [],
    );
  }

  /** The incident of this explanation's cause, if one is open. */
  incidentOf(explanation: Explanation): OpenIncident | undefined {
    return this.#groups.get(groupKey(explanation))?.incident;
  }

  open(): readonly OpenIncident[] {
    return [...this.#groups.values()].flatMap(({ incident }) => incident ?? []);
  }

  /** Causes under watch. */
  size(): number {
    return this.#groups.size;
  }

  record(occurrence: Occurrence): readonly IncidentEvent[] {
    const group = this.#groupOf(groupKey(occurrence.explanation));
    const atMs = Date.parse(occurrence.explanation.at);
    group.lastAtMs = Math.max(group.lastAtMs, atMs);
    if (group.incident !== undefined) return this.#extend(group, group.incident, occurrence);
    const { windowMs, openAfter } = this.#options;
    group.waiting = [...group.waiting, { occurrence, atMs }].filter((one) => atMs - one.atMs <= windowMs);
    if (group.waiting.length < openAfter) return [];
    return [this.#openIncident(group)];
  }

  /** Closes what has been quiet for long enough. To be called now and then. */
  tick(nowMs: number): readonly IncidentEvent[] {
    const events: IncidentEvent[] = [];
    for (const [key, group] of this.#groups) {
      if (nowMs - group.lastAtMs < this.#options.closeAfterMs) continue;
      this.#groups.delete(key);
      if (group.incident === undefined) continue;
      const incident: ClosedIncident = {
        ...group.incident,
        state: 'closed',
        closed_at: new Date(nowMs).toISOString(),
      };
      events.push({ type: 'incident_closed', incident });
    }
    return events;
  }

  #groupOf(key: string): Group {
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    if (this.#groups.size >= MAX_GROUPS) this.#dropQuietest();
    const group: Group = {
      key,
      incident: undefined,
      waiting: [],
      users: new Set(),
      unsaved: { count: 0, users: [] },
      lastAtMs: 0,
      announcedAtMs: 0,
    };
    this.#groups.set(key, group);
    return group;
  }

  /** Never an open incident: it has to be closed with an event. */
  #dropQuietest(): void {
    const waiting = [...this.#groups.values()].filter(({ incident }) => incident === undefined);
    const quietest = waiting.sort((first, second) => first.lastAtMs - second.lastAtMs)[0];
    if (quietest !== undefined) this.#groups.delete(quietest.key);
  }

  #openIncident(group: Group): IncidentEvent {
    const occurrences = group.waiting.map(({ occurrence }) => occurrence);
    // Called only with at least one occurrence waiting, the latest last.
    const latest = occurrences[occurrences.length - 1] as Occurrence;
    const { explanation } = latest;
    const release = explanation.causes[0]?.release ?? latest.release;
    for (const { userId } of occurrences) note(group, userId);
    group.waiting = [];
    group.announcedAtMs = Date.parse(explanation.at);
    const times = occurrences.map(({ explanation: { at } }) => at).sort();
    group.incident = {
      incident_id: this.#options.newId(),
      state: 'open',
      root_cause: rootCauseOf(explanation),
      code: explanation.code,
      discriminator: discriminatorOf(explanation),
      opened_at: explanation.at,
      first_seen: times[0] ?? explanation.at,
      last_seen: times.at(-1) ?? explanation.at,
      count: occurrences.length,
      user_count: group.users.size,
      ...(release === undefined ? {} : { release }),
      example_attempt_id: explanation.attempt_id,
    };
    return { type: 'incident_opened', incident: group.incident };
  }

  #extend(
    group: Group,
    incident: OpenIncident,
    { explanation, userId }: Occurrence,
  ): readonly IncidentEvent[] {
    const isNewUser = note(group, userId);
    group.incident = {
      ...incident,
      count: incident.count + 1,
      user_count: incident.user_count + (isNewUser ? 1 : 0),
      last_seen: explanation.at > incident.last_seen ? explanation.at : incident.last_seen,
      example_attempt_id: explanation.attempt_id,
    };
    if (group.lastAtMs - group.announcedAtMs < this.#options.updateEveryMs) return [];
    group.announcedAtMs = group.lastAtMs;
    return [{ type: 'incident_updated', incident: group.incident }];
  }
}

const NOTHING_SEEN: IncidentSeen = { count: 0, users: [] };

/** One more of an incident. True when the user was not counted before. */
function note(group: Group, userId: string | undefined): boolean {
  group.unsaved.count++;
  const isNew = count(group.users, userId);
  if (isNew && userId !== undefined) group.unsaved.users.push(userId);
  return isNew;
}

/** True when the user was not counted before. */
function count(users: Set<string>, userId: string | undefined): boolean {
  if (userId === undefined || users.has(userId) || users.size >= MAX_COUNTED_USERS) return false;
  users.add(userId);
  return true;
}

/** What tells open incidents apart, on every node the same. */
export function incidentKey({ root_cause, code, discriminator }: Incident): string {
  return keyOf(root_cause, code, discriminator);
}

function groupKey(explanation: Explanation): string {
  return keyOf(rootCauseOf(explanation), explanation.code, discriminatorOf(explanation));
}

/** One cause can show as several codes; only without a cause does the code tell incidents apart. */
function keyOf(rootCause: Incident['root_cause'], code: string, discriminator: string): string {
  return JSON.stringify([rootCause, rootCause === 'unknown' ? code : '', discriminator]);
}

/** Under which root cause it is counted. */
export function rootCauseOf({ causes: [best] }: Explanation): Incident['root_cause'] {
  return best?.position === 'cause' ? best.root_cause : 'unknown';
}

function discriminatorOf({ causes: [best] }: Explanation): string {
  return best?.location ?? '';
}
