import { useId } from 'react';
import { CopyButton } from '../ui/CopyButton.tsx';

/** A value as indented JSON, with a button that copies it. */
export function JsonBlock({ label, value }: { label: string; value: unknown }) {
  return <JsonText label={label} text={JSON.stringify(value, null, 2) ?? 'null'} />;
}

type JsonTextProps = {
  label: string;
  text: string;
  /** What the button copies, where that is more than is shown. */
  copyText?: string;
};

/** JSON that is text already. It shows as it is: nothing in it becomes a link or markup. */
export function JsonText({ label, text, copyText = text }: JsonTextProps) {
  const id = useId();
  return (
    // A group, not a section: a chat with many tools would be full of landmarks of the same name.
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    <div role="group" aria-labelledby={id} className="mt-2 first:mt-0">
      <div className="flex items-center justify-between">
        <p id={id} className="text-xs font-medium text-ink-faint">
          {label}
        </p>
        <CopyButton text={copyText} label={`Copy ${label.toLowerCase()}`} />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-72 overflow-auto rounded-lg border border-line bg-sunken px-3 py-2.5 font-mono text-xs leading-relaxed text-ink"
      >
        {text}
      </pre>
    </div>
  );
}
