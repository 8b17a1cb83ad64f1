const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long ago: `just now`, `12 s ago`, `3 min ago`, `2 h ago`, `5 d ago`. */
export function age(ms: number): string {
  if (ms < 2_000) return 'just now';
  return `${span(ms)} ago`;
}

/** How long: `12 s`, `3 min`, `2 h`, `5 d`. */
export function span(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.floor(ms / 1_000))} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}

/** Date and time to the second, as people of this place write it. */
export function exactTime(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** A short time: `0.1 ms`, `12 ms`, `1.5 s`. */
export function duration(ms: number): string {
  if (ms < 10) return `${Number(ms.toPrecision(2))} ms`;
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${Number((ms / 1_000).toPrecision(3))} s`;
}

/** A share from 0 to 1, rounded down, so that what is not whole never looks whole. */
export function percent(share: number): string {
  return `${Math.floor(share * 1_000) / 10} %`;
}
