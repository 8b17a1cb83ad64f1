import { collectDefaultMetrics, Registry } from 'prom-client';

/** Where the figures of one process are registered. Each process makes one: there is no global one. */
export type MetricsRegistry = Registry;

/** With the figures of the process itself: CPU, memory, event loop lag, garbage collection. */
export function createMetricsRegistry(): MetricsRegistry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // Gauges that are called totals, against the conventions; by type they are there all the same.
  for (const kind of ['handles', 'requests', 'resources'])
    registry.removeSingleMetric(`nodejs_active_${kind}_total`);
  return registry;
}
