import { CopyButton } from '../ui/CopyButton.tsx';

/** A command to run, whole at any width, with a button that copies it. */
export function CommandLine({ command }: { command: string }) {
  return (
    <div className="flex min-w-0 items-start gap-2 rounded-lg border border-line bg-sunken py-1.5 pr-1.5 pl-3">
      <code className="min-w-0 flex-1 py-1 font-mono text-xs leading-5 whitespace-pre-wrap wrap-anywhere text-ink">
        <span aria-hidden="true" className="text-ink-faint select-none">
          ${' '}
        </span>
        {command}
      </code>
      <CopyButton text={command} label="Copy the command" className="shrink-0" />
    </div>
  );
}
