import type { MessageView } from '@netra/client';

const createdAt = '2026-01-01T00:00:00.000Z';

/** A question of the user. */
export function question(key: string, more: Partial<MessageView> = {}): MessageView {
  return { key, role: 'user', text: key, parts: [], status: 'complete', createdAt, ...more };
}

/** What an agent answered, or has so far. */
export function answer(key: string, more: Partial<MessageView> = {}): MessageView {
  return {
    key,
    role: 'agent',
    agent: 'guide',
    text: key,
    parts: [],
    status: 'complete',
    createdAt,
    ...more,
  };
}
