import { CopyButton } from '../ui/CopyButton.tsx';

/** Preformatted text under a bar with its language and a button that copies it. */
export function CodeBlock({ code, language }: { code: string; language: string | undefined }) {
  return (
    <div className="my-3 overflow-hidden rounded-xl border border-line bg-sunken">
      <div className="flex items-center justify-between border-b border-line py-1 pr-1.5 pl-3.5">
        <span className="font-mono text-xs text-ink-faint">{language ?? 'text'}</span>
        <CopyButton text={code} label="Copy code" />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto px-3.5 py-3 font-mono text-sm leading-relaxed text-ink focus-visible:-outline-offset-2"
      >
        <code>{code}</code>
      </pre>
    </div>
  );
}
