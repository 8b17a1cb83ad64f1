import { LIMITS } from '@netra/protocol';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useSubmit } from '../ui/use-submit.ts';

type RenameFieldProps = { title: string; onRename: (title: string) => Promise<void>; onClose: () => void };

/** Enter or leaving the field saves, Escape keeps the old name. */
export function RenameField({ title, onRename, onClose }: RenameFieldProps) {
  const [text, setText] = useState(title);
  const input = useRef<HTMLInputElement>(null);
  const { submit, isBusy, error } = useSubmit(async () => {
    const next = text.trim();
    if (next !== '' && next !== title) await onRename(next);
    onClose();
  });
  // After the menu has closed, which moves the focus by itself.
  useEffect(() => {
    const frame = requestAnimationFrame(() => input.current?.select());
    return () => cancelAnimationFrame(frame);
  }, []);
  const save = (event: FormEvent) => {
    event.preventDefault();
    submit();
  };
  return (
    <form onSubmit={save} className="px-1 py-0.5">
      <input
        ref={input}
        aria-label="Name of the chat"
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby="rename-note"
        value={text}
        maxLength={LIMITS.maxTitleChars}
        readOnly={isBusy}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => submit()}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          onClose();
        }}
        className="h-8 w-full rounded-md border border-accent bg-surface px-2 text-sm text-ink max-md:h-10 max-md:text-[1rem]"
      />
      <p id="rename-note" role="status" className="px-2 text-xs text-ink-faint empty:hidden">
        {isBusy ? 'Saving the name' : error === undefined ? '' : `Not renamed: ${error.title}. ${error.fix}`}
      </p>
    </form>
  );
}
