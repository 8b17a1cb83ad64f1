/** The mark: an open eye. Decorative; the name stands beside it. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" className="shrink-0">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M5 16c3.2-5.2 6.9-7.8 11-7.8S23.8 10.8 27 16c-3.2 5.2-6.9 7.8-11 7.800S8.2 21.2 5 16Z"
        className="fill-transparent stroke-accent-ink"
        strokeWidth="2.2"
        strokeLinejoin="round"
      />
      <circle cx="16" cy="16" r="3.6" className="fill-accent-ink" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="flex items-center gap-2.5 text-lg font-semibold tracking-tight text-ink">
      <Logo />
      Netra
    </span>
  );
}
