/** Whether a `Host` header names an allowed host. A missing one is not allowed where there is a list. */
export function isAllowedHost(header: string | undefined, allowed: readonly string[] | 'any'): boolean {
  if (allowed === 'any') return true;
  const name = /^(\[[^\]]+\]|[^:[\]]+)(?::\d{1,5})?$/.exec(header ?? '')?.[1];
  return name !== undefined && allowed.includes(name.toLowerCase());
}
