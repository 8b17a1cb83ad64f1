import type { HealthCheck } from '@netra/service';

/** `/health/live`, `/health/ready` and `/health/startup` (PROTOCOL §1) for a service that serves none itself. */
export async function answerHealth(
  pathname: string,
  checks: () => Promise<HealthCheck[]>,
): Promise<Response | undefined> {
  if (pathname === '/health/live') return Response.json({ status: 'ok' });
  if (pathname !== '/health/ready' && pathname !== '/health/startup') return undefined;
  const results = await checks();
  const isReady = results.every(({ ok }) => ok);
  return Response.json(
    { status: isReady ? 'ok' : 'failing', checks: results },
    { status: isReady ? 200 : 503 },
  );
}
