/** The base address without a trailing slash; in a browser the page's origin by default. */
export function defaultBaseUrl(url: string | undefined): string {
  const base = url ?? (typeof location === 'undefined' ? undefined : location.origin);
  if (base === undefined)
    throw new TypeError('Outside a browser `url` is needed, e.g. "http://localhost:8080".');
  return base.replace(/\/+$/, '');
}
