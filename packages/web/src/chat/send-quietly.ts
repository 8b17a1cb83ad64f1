import type { Run, Thread } from '@netra/client';

/** Sends; what becomes of it shows on the message itself, so rejections need no second report. */
export function sendQuietly(thread: Thread, text: string): void {
  settleQuietly(thread.send(text));
}

export function settleQuietly(run: Run | undefined): void {
  run?.accepted.catch(() => undefined);
}
