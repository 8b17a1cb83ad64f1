import type { MessageView } from '@netra/client';

/**
 * Messages come in the order in which they were stored: questions that wait in line stand before the answers to
 * earlier ones. On the screen each answer follows the question that it belongs to.
 */
export function inReadingOrder(messages: readonly MessageView[]): readonly MessageView[] {
  const ordered: MessageView[] = [];
  for (const message of messages) {
    const { role, runId } = message;
    const lastOfRun =
      role === 'agent' && runId !== undefined ? ordered.findLastIndex((other) => other.runId === runId) : -1;
    if (lastOfRun === -1) ordered.push(message);
    else ordered.splice(lastOfRun + 1, 0, message);
  }
  return ordered;
}
