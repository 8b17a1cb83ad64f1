import {
  type ClosedIncident,
  type Incident,
  type IncidentStore,
  incidentKey,
  type OpenIncident,
} from '@netra/diagnosis';
import type { Pool } from 'pg';

const RETENTION_DAYS = 90;
/** Users of one incident that are told apart. */
const MAX_USERS = 10_000;
/** Nobody else's incident is taken for open for longer than this after its last refusal. */
const OPEN_FOR_MINUTES = 30;

/** Incidents in PostgreSQL, where the nodes meet: each adds what it saw, and only one of them opens and closes. */
export function createIncidentStore(pool: Pool): IncidentStore {
  return {
    async add(incident, { count, users }) {
      const { rows } = await pool.query<{ record: OpenIncident; is_first: boolean }>(ADD, [
        incident.incident_id,
        incidentKey(incident),
        incident.last_seen,
        users,
        incident,
        count,
        MAX_USERS,
      ]);
      const [row] = rows;
      if (row === undefined) throw new Error('an incident was not stored');
      return { incident: row.record, isFirst: row.is_first };
    },
    async close({ incident_id, closed_at }, quietSinceMs) {
      const { rows } = await pool.query<{ record: ClosedIncident }>(
        `UPDATE incidents SET is_open = false, record = record || jsonb_build_object('state', 'closed', 'closed_at', $2::text)
          WHERE incident_id = $1 AND is_open AND last_seen <= $3 RETURNING record`,
        [incident_id, closed_at, new Date(quietSinceMs)],
      );
      await pool.query('DELETE FROM incidents WHERE last_seen < now() - make_interval(days => $1)', [
        RETENTION_DAYS,
      ]);
      return rows[0]?.record;
    },
    async findOpen() {
      const { rows } = await pool.query<{ record: OpenIncident }>(
        `SELECT record FROM incidents WHERE is_open AND last_seen > now() - make_interval(mins => $1)`,
        [OPEN_FOR_MINUTES],
      );
      return rows.map(({ record }) => record);
    },
    async list({ since, limit }) {
      const { rows } = await pool.query<{ record: Incident }>(
        `SELECT record FROM incidents WHERE $1::timestamptz IS NULL OR last_seen >= $1
          ORDER BY last_seen DESC, incident_id LIMIT $2`,
        [since ?? null, limit],
      );
      return rows.map(({ record }) => record);
    },
  };
}

const TOGETHER = `(SELECT coalesce(array_agg(who), '{}')
  FROM (SELECT DISTINCT unnest(incidents.users || excluded.users) AS who LIMIT $7) AS met)`;

/** `xmax` is 0 for a row that was inserted here. Times of records are ISO 8601 in UTC, which sort as texts. */
const ADD = `
  INSERT INTO incidents (incident_id, key, is_open, last_seen, users, record)
  VALUES ($1, $2, true, $3::text::timestamptz, $4, $5)
  ON CONFLICT (key) WHERE is_open DO UPDATE SET
    last_seen = greatest(incidents.last_seen, excluded.last_seen),
    users = ${TOGETHER},
    record = incidents.record || jsonb_build_object(
      'count', (incidents.record->>'count')::bigint + $6,
      'user_count', cardinality(${TOGETHER}),
      'first_seen', least(incidents.record->>'first_seen', excluded.record->>'first_seen'),
      'last_seen', greatest(incidents.record->>'last_seen', excluded.record->>'last_seen'),
      'example_attempt_id', excluded.record->>'example_attempt_id')
  RETURNING record, (xmax = 0) AS is_first`;
