import type { Agent, AgentEvent, Turn } from '../agent.ts';

/** A turn with one message of a plain user. */
export function turnOf(text: string, more: Partial<Turn> = {}): Turn {
  return {
    threadId: 'thr_1',
    runId: 'run_1',
    user: { userId: 'usr_1', email: 'ada@example.com', name: 'Ada', roles: ['user'], permissions: ['chat'] },
    messages: [{ role: 'user', text }],
    takeSteering: () => [],
    ...more,
  };
}

export interface Told {
  readonly events: readonly AgentEvent[];
  readonly text: string;
  /** What the run threw, if it did. */
  readonly error: unknown;
}

/** Runs an agent to its end. */
export async function runToEnd(
  agent: Agent,
  turn: Turn,
  signal = new AbortController().signal,
): Promise<Told> {
  const events: AgentEvent[] = [];
  let error: unknown;
  try {
    for await (const event of agent.run(turn, signal)) events.push(event);
  } catch (thrown) {
    error = thrown;
  }
  return { events, text: textOf(events), error };
}

export function textOf(events: readonly AgentEvent[]): string {
  return events.map((event) => (event.type === 'message' ? event.delta : '')).join('');
}

export function typesOf(events: readonly AgentEvent[]): string[] {
  return events.map(({ type }) => type);
}
