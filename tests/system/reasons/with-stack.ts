import { type Stack, type StackOptions, startStack } from '../../kit/stack.ts';
import type { Provoked } from './provoked.ts';
import { createScriptedAgent } from './scripted-agent.ts';

/** An installation for one provoker, which may break it. Its tokens are signed with the key ring. */
export async function withStack(
  options: Partial<StackOptions>,
  act: (stack: Stack) => Promise<Provoked>,
): Promise<Provoked> {
  const stack = await startStack({
    agents: () => [createScriptedAgent()],
    defaultAgent: 'scripted',
    ...options,
  });
  try {
    return await act(stack);
  } finally {
    await stack.stop();
  }
}
