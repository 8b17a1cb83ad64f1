import type { Page, ThreadEvent } from '@netra/protocol';
import type { Person } from './person.ts';

/** The whole log of a thread, over REST. */
export async function eventsOf(person: Person, threadId: string): Promise<ThreadEvent[]> {
  const answer = await person.call(`/v1/threads/${threadId}/events?after_seq=0`);
  return ((await answer.json()) as Page<ThreadEvent>).items;
}
