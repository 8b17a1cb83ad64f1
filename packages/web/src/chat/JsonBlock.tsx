import { useId } from 'react';
import { CopyButton } from '../ui/CopyButton.tsx';

/** A value as indented JSON, with a button that copies it. */
export function JsonBlock({ label, value }: { label: string; value: unknown }) {
  const id = useId();
  const json = JSON.stringify(value, null, 2) ?? 'null';
  return (
    // A group, not a section: a chat with many tools would be full of landmarks of the same name.
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div role="group" aria-labelledby={id} className="mt-2 first:mt-0">
      <div className="flex items-center justify-between">
        <p id={id} className="text-xs font-medium text-ink-faint">
          {label}
        </p>
        <CopyButton text={json} label={`Copy ${label.toLowerCase()}`} />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-72 overflow-auto rounded-lg border border-line bg-sunken px-3 py-2.5 font-mono text-xs leading-relaxed text-ink"
      >
        {json}
      </pre>
    </div>
  );
}
