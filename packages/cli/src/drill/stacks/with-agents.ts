import type { StartStack } from '../drill.ts';

/** Agents as somebody might write them, with their faults. An agent is an object with a `run`. */
const AGENTS = `
import { AgentError } from ${JSON.stringify(import.meta.resolve('@netra/agent'))};

const facts = (name) => ({ name, description: 'For drills.', onInterrupt: 'fail', modelName: 'none' });

export const forgetful = {
  ...facts('forgetful'),
  async *run(turn) {
    const customer = turn.customer;
    yield { type: 'message', delta: customer.name };
  },
};

export const clumsy = {
  ...facts('clumsy'),
  async *run() {
    yield { type: 'tool_executing', toolCallId: 'one', toolName: 'find_order', arguments: {} };
    throw new AgentError('tool_failed', { detail: 'The shop does not answer.', retryable: true });
  },
};

export const talkative = {
  ...facts('talkative'),
  async *run(_turn, signal) {
    // An answer has a limit, thoughts have none.
    const text = 'and so on '.repeat(1500);
    for (let step = 0; step < 1500 && !signal.aborted; step++) {
      yield { type: 'thinking', text, step };
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
};

export const busy = {
  ...facts('busy'),
  async *run() {
    const endMs = Date.now() + 5_000;
    while (Date.now() < endMs);
    yield { type: 'message', delta: 'Done.' };
  },
};

/** Deaf to its signal. */
export const slow = {
  ...facts('slow'),
  async *run() {
    yield { type: 'thinking', text: 'This takes its time' };
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
};
`;

export const withAgents: StartStack = (lab) => lab.start({ agents: AGENTS, hasAuthLink: true });

/** The same, of one drill alone, for those that stop its gateway. */
export const withAgentsAlone = (): StartStack => (lab) => lab.start({ agents: AGENTS });
