import { type HealthCheck, readinessOf } from '@netra/service';

const NO_STORE = { 'Cache-Control': 'no-store' };

/** `/health/*` (PROTOCOL §1) for a service that serves none itself, in the gateway's shape. */
export async function answerHealth(
  pathname: string,
  checks: () => Promise<HealthCheck[]>,
): Promise<Response | undefined> {
  if (pathname === '/health/live' || pathname === '/health/startup') {
    return Response.json({ status: 'ok' }, { headers: NO_STORE });
  }
  if (pathname !== '/health/ready') return undefined;
  const found = await checks();
  const { status, httpStatus } = readinessOf(found);
  const body = { status, checks: found.map(({ name, ok }) => ({ name, ok })) };
  return Response.json(body, { status: httpStatus, headers: NO_STORE });
}
