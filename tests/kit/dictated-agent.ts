import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type AgentEvent, agentFromRun, type Turn } from '@netra/agent';

/** The path of this module, for `--agents`. */
export const dictatedAgentModule = fileURLToPath(import.meta.url);

/** What a message tells the agent to do, as JSON. */
export interface Dictation {
  /** So many events, numbered from 1. */
  readonly count: number;
  readonly everyMs: number;
  /** `message`: deltas, which may merge. `thinking`: each is an event of its own. */
  readonly as: 'message' | 'thinking';
  /** Stands in front of every number. */
  readonly word?: string;
  /** Makes every event this much larger, in characters. */
  readonly padding?: number;
  /** Puts the time in milliseconds behind every number. */
  readonly isTimed?: boolean;
}

/**
 * Says what the message dictates: numbered, so that what is missing, doubled or out of order shows in the text itself.
 * @public `netra gateway --agents` reads it.
 */
export const dictated = agentFromRun({
  name: 'dictated',
  description: 'Says what its message dictates.',
  run: dictate,
});

/**
 * The same, and begins again where its process died.
 * @public `netra gateway --agents` reads it.
 */
export const repeated = agentFromRun({
  name: 'repeated',
  description: 'Says what its message dictates, from the start if need be.',
  onInterrupt: 'restart',
  run: dictate,
});

async function* dictate(turn: Turn, signal: AbortSignal): AsyncIterable<AgentEvent> {
  const text = turn.messages.at(-1)?.text ?? '';
  const { count, everyMs, as, word = '', padding = 0, isTimed = false } = JSON.parse(text) as Dictation; // the test's own
  const tail = '.'.repeat(padding);
  for (let number = 1; number <= count && !signal.aborted; number++) {
    const at = isTimed ? `@${Date.now()}` : '';
    const said = `${word}${number}${at}${tail} `;
    if (as === 'thinking') yield { type: 'thinking', text: said, step: number };
    else yield { type: 'message', delta: said };
    if (everyMs > 0) await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
