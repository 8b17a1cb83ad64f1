import type { NetraError } from '@netra/client';
import { MessageCircleOff, RotateCw } from 'lucide-react';
import { Button } from '../ui/Button.tsx';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';

/** Instead of a chat that cannot be shown. */
export function MissingChat({ error, onNewChat }: { error: NetraError; onNewChat: () => void }) {
  if (error.code !== 'thread_unknown') {
    const reload = (
      <Button size="small" onClick={() => location.reload()}>
        <RotateCw size={14} aria-hidden="true" />
        Load the page again
      </Button>
    );
    return (
      <div className="py-8">
        <ErrorNotice error={error} actions={reload} />
      </div>
    );
  }
  return (
    <div
      role="alert"
      data-code={error.code}
      className="m-auto grid max-w-sm justify-items-center gap-3 py-12 text-center"
    >
      <MessageCircleOff size={28} aria-hidden="true" className="text-ink-faint" />
      <h2 className="text-lg font-semibold text-ink">There is no such chat among yours</h2>
      <p className="text-ink-soft">It was deleted, or it belongs to another account.</p>
      <Button look="primary" className="mt-2" onClick={onNewChat}>
        Start a new chat
      </Button>
    </div>
  );
}
