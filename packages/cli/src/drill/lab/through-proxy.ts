import { openRewritingProxy, type ProxyFaults } from './rewriting-proxy.ts';

/** Does the work at the address of a faulty proxy in front of `target`. */
export async function throughProxy<Result>(
  target: string,
  faults: ProxyFaults,
  work: (url: string) => Promise<Result>,
): Promise<Result> {
  const proxy = await openRewritingProxy(target, faults);
  try {
    return await work(proxy.url);
  } finally {
    await proxy.close();
  }
}
