import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { classNames } from './class-names.ts';

const noticeMs = 2_000;

/** Copies `text`; says so, or says that the browser refused. */
export function CopyButton({ text, label, className }: { text: string; label: string; className?: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), noticeMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () => {
    // Without a secure context there is no clipboard at all.
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    written.then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  };
  const Icon = outcome === 'copied' ? Check : Copy;
  return (
    <button
      type="button"
      aria-label={label}
      onClick={copy}
      className={classNames(
        'inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs font-medium text-ink-faint transition-colors hover:bg-hover hover:text-ink',
        className,
      )}
    >
      <Icon size={13} aria-hidden="true" />
      <span aria-live="polite">
        {outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'Not allowed' : 'Copy'}
      </span>
    </button>
  );
}
