import { type ComponentProps, type ReactNode, useId } from 'react';

type TextFieldProps = ComponentProps<'input'> & {
  label: string;
  hint?: string;
  problem?: string | undefined;
  extra?: ReactNode;
};

/** A labelled input; `problem` says what to change and is tied to the input for assistive technology. */
export function TextField({ label, hint, problem, extra, ...input }: TextFieldProps) {
  const id = useId();
  const note = problem ?? hint;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium text-ink">
        {label}
      </label>
      <div className="relative">
        <input
          {...input}
          id={id}
          aria-invalid={problem === undefined ? undefined : true}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          className="h-11 w-full rounded-lg border border-line-strong bg-surface px-3.5 text-[1rem] text-ink shadow-low transition-colors placeholder:text-ink-faint hover:border-ink-faint focus-visible:border-accent focus-visible:outline-offset-0 aria-invalid:border-danger"
        />
        {extra}
      </div>
      {note !== undefined && (
        <p
          id={`${id}-note`}
          className={problem === undefined ? 'text-xs text-ink-faint' : 'text-xs text-danger-text'}
        >
          {note}
        </p>
      )}
    </div>
  );
}
