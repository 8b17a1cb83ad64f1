import type { IncidentEvent } from '@netra/diagnosis';
import type { Logger } from '@netra/service';

const TIMEOUT_MS = 5_000;

/** A line in the log, and a POST where an address is set. Nobody waits for it, and it is not tried again. */
export function createAnnounceIncident(options: {
  webhookUrl: string | undefined;
  publicUrl: string;
  log: Logger;
}): (event: IncidentEvent) => void {
  const { webhookUrl, publicUrl, log } = options;
  return (event) => {
    const { type, incident } = event;
    const { incident_id, root_cause, code, count, user_count, example_attempt_id } = incident;
    const facts = { incident_id, root_cause, code, count, user_count, example_attempt_id };
    if (type === 'incident_updated') return log.info(facts, 'an incident goes on');
    if (type === 'incident_closed') log.info(facts, 'an incident is over');
    else log.warn(facts, `an incident began; see: netra why ${example_attempt_id}`);
    if (webhookUrl !== undefined) void send(webhookUrl, { ...event, url: publicUrl }, log);
  };
}

/** The address may hold a secret, and so may the error of a failed request: neither is logged. */
async function send(webhookUrl: string, body: object, log: Logger): Promise<void> {
  try {
    const { ok, status } = await fetch(webhookUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!ok) log.warn({ status }, 'the webhook for incidents refused');
  } catch {
    log.warn('the webhook for incidents cannot be reached');
  }
}
