import {
  createMetricsRegistry,
  type HealthCheck,
  type MetricsRegistry,
  startHttpServer,
} from '@netra/service';
import { answerHealth } from './health.ts';
import type { Startup } from './startup.ts';

export interface OpsParts {
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly checks: () => Promise<HealthCheck[]>;
}

/**
 * `/metrics` and `/health/*` on a port of their own, where one is configured: what is asked there says a lot about the
 * installation, and goes on being answered while the other port drains. Call it first among those that stop, so that it
 * stops last.
 */
export async function openOps({
  config,
  log,
  lifecycle,
}: Startup): Promise<{ serve(parts: OpsParts): void }> {
  let parts: OpsParts | undefined;
  if (config.ops === undefined) return { serve: () => undefined };
  const server = await startHttpServer({
    ...config.ops,
    // Whoever scrapes goes by address or by a name of the cluster, and there is no page that could be tricked into it.
    allowedHosts: config.environment === 'development' ? ['localhost', '127.0.0.1', '[::1]'] : 'any',
    settings: { host: 'NETRA_OPS_HOST', port: 'NETRA_OPS_PORT' },
    publicUrl: config.publicUrl,
    log,
    fetch: async (request) => {
      if (request.method !== 'GET') return new Response(null, { status: 405, headers: { Allow: 'GET' } });
      const { pathname } = new URL(request.url);
      if (parts === undefined) return starting(pathname);
      if (pathname !== '/metrics') return (await answerHealth(pathname, parts.checks)) ?? unknown();
      const { contentType } = parts.metrics;
      return new Response(await parts.metrics.text(), { headers: { 'Content-Type': contentType } });
    },
  });
  lifecycle.add('ops', () => server.close({ graceMs: 100 }));
  log.info({ url: server.url }, 'metrics and health are served');
  return {
    serve(given) {
      parts = given;
    },
  };
}

/** For a process that counts nothing of its own. */
export function processMetrics(registry: MetricsRegistry = createMetricsRegistry()): OpsParts['metrics'] {
  return { contentType: registry.contentType, text: () => registry.metrics() };
}

function starting(pathname: string): Response {
  return pathname === '/health/live' ? new Response('ok') : new Response('starting', { status: 503 });
}

function unknown(): Response {
  return new Response(null, { status: 404 });
}
