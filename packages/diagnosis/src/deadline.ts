/** A signal that aborts when the time is up or another signal does, whichever comes first. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** The time was up. */
  isOver(): boolean;
  /** To be called when what it bounds has ended: gives the timer back. */
  release(): void;
}

/**
 * In place of `AbortSignal.any` with `AbortSignal.timeout`: Node 20 collects a timeout signal that only `any` refers to,
 * and then nothing aborts (nodejs/node#57736).
 */
export function startDeadline(budgetMs: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort(new DOMException('The time was up', 'TimeoutError'));
  }, budgetMs);
  const follow = () => controller.abort(outer?.reason);
  if (outer?.aborted) follow();
  outer?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    isOver: () => isOver,
    release() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', follow);
    },
  };
}
