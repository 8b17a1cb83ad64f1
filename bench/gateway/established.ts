/** What every contender says first: as long as the gateway's own first frame. */
export function establishedText(userId: string): string {
  const at = new Date().toISOString();
  return JSON.stringify({
    type: 'connection_established',
    at,
    connection_id: 'con_00000000000000000000000000000000',
    user_id: userId,
    session_id: `session-of-${userId}`,
    roles: ['user'],
    permissions: ['chat'],
    token_expires_at: at,
    heartbeat_ms: 25_000,
    max_frame_bytes: 65_536,
    protocol: 'netra.v1',
    server_time: at,
    attempt_id: 'att_00000000000000000000000000000000',
  });
}
