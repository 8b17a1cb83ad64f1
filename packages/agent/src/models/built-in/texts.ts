import { GUIDE_TOOLS } from '../../guide/guide-tools.ts';

type HasTool = (toolName: string) => boolean;

const NO_MODEL =
  'I am the built-in guide: no language model is configured, so I understand simple questions by their words and answer from what my tools find.';

const EXAMPLES: readonly (readonly [toolName: string, example: string])[] = [
  [GUIDE_TOOLS.whoAmI, '“Who am I?” — your account, roles and permissions'],
  [GUIDE_TOOLS.serviceStatus, '“Is everything healthy?” — the checks of this installation'],
  [GUIDE_TOOLS.recentRefusals, '“What was refused recently?” — attempts that failed'],
  [GUIDE_TOOLS.explainAttempt, '“Explain attempt att_…” — why one of them failed'],
  [GUIDE_TOOLS.searchDocs, '“Why would a connection be refused?” or any question about the documentation'],
];

/** The settings that turn a language model on; the configuration reference has the same. */
const MODEL_SETTINGS = `\`\`\`sh
# one of these
OPENAI_API_KEY=…                             # OpenAI
ANTHROPIC_API_KEY=…                          # Anthropic
GOOGLE_GENERATIVE_AI_API_KEY=…               # Google
OPENAI_BASE_URL=http://localhost:11434/v1    # Ollama; likewise vLLM, llama.cpp, any server that speaks OpenAI's API

# optional: which model
NETRA_MODEL=…                                # a model id, or provider/model, such as openai/gpt-5.4-mini
\`\`\``;

export function helloText(has: HasTool): string {
  return `Hello! ${capabilities(has)}`;
}

export function capabilities(has: HasTool): string {
  const examples = EXAMPLES.filter(([toolName]) => has(toolName)).map(([, example]) => `- ${example}`);
  const list = examples.length > 0 ? `You can ask me:\n\n${examples.join('\n')}\n\n` : '';
  return `${NO_MODEL}\n\n${list}To have a language model answer instead, set one of these where the server starts, then restart it:\n\n${MODEL_SETTINGS}`;
}

export function modelSetupText(): string {
  return `At the moment no language model is configured; I am the built-in guide. To change that, set one of these in the environment of the server and restart it. The same agent with the same tools then answers through the model.

${MODEL_SETTINGS}

The line that the server prints at its start says which model answers.`;
}

export function unknownText(): string {
  return 'I do not know the answer. I am the built-in model: no language model is configured, and this agent has no tool that I can use for your question.';
}

export const OWN_AGENT = `An agent is a module that exports what \`defineAgent\` returns:

\`\`\`ts
// my-agent.ts
import { defineAgent, defineTool } from '@netra/agent';
import { z } from 'zod';

const addNumbers = defineTool({
  name: 'add_numbers',
  description: 'Adds two numbers.',
  input: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => ({ sum: a + b }),
});

// It runs on the model that the settings choose.
export const helper = defineAgent({
  name: 'helper',
  description: 'Helps with sums.',
  instructions: 'You add numbers with your tool and answer in one sentence.',
  tools: [addNumbers],
});
\`\`\`

Keep the file inside this clone, so that it can import \`@netra/agent\`, and start with it:

\`\`\`sh
npx netra up --agents ./my-agent.ts
\`\`\`

Configure a language model first: I, the built-in one, know the tools of the guide only. For an agent with a loop of its own there is \`agentFromRun\`, which takes a generator of events.`;
