/** The page that says why: of an attempt, a closed connection or a run. */
export function attemptHref(id: string): string {
  return `/console/attempts/${encodeURIComponent(id)}`;
}

/** The list of attempts, narrowed down. */
export function attemptsHref(filter: Readonly<Record<string, string | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) search.set(name, value);
  const text = search.toString();
  return text === '' ? '/console/attempts' : `/console/attempts?${text}`;
}
