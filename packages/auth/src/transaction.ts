import type { Pool, PoolClient } from 'pg';

/** Runs `work` in one transaction. Whatever it throws rolls back and is thrown on. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    // The transaction and its locks end with the connection.
    client.release(true);
    throw error;
  }
}
