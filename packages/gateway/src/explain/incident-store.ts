import type { Incident, IncidentStore, OpenIncident } from '@netra/diagnosis';
import type { Pool } from 'pg';

const RETENTION_DAYS = 90;
/** Nobody else's incident is taken for open for longer than this after its last refusal. */
const OPEN_FOR_MINUTES = 30;

/** Incidents in PostgreSQL, for every node to read. */
export function createIncidentStore(pool: Pool): IncidentStore {
  return {
    async save(incident) {
      await pool.query(
        `INSERT INTO incidents (incident_id, is_open, last_seen, record) VALUES ($1, $2, $3, $4)
         ON CONFLICT (incident_id) DO UPDATE
           SET is_open = excluded.is_open, last_seen = excluded.last_seen, record = excluded.record
         WHERE incidents.last_seen <= excluded.last_seen`,
        [incident.incident_id, incident.state === 'open', incident.last_seen, incident],
      );
      if (incident.state === 'closed')
        await pool.query(`DELETE FROM incidents WHERE last_seen < now() - make_interval(days => $1)`, [
          RETENTION_DAYS,
        ]);
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
