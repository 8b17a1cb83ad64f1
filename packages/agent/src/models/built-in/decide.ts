import { GUIDE_TOOLS } from '../../guide/guide-tools.ts';
import type { ModelRequest, ModelToolCall, ModelToolResult } from '../model.ts';
import { answerFrom } from './answers.ts';
import { type Intent, readIntent } from './intents.ts';
import { latestRefusalId } from './refusals-answer.ts';
import { capabilities, helloText, modelSetupText, unknownText } from './texts.ts';

/** What the built-in model does in one step. */
export type Decision =
  | {
      readonly kind: 'call';
      readonly thinking: string;
      readonly call: Omit<ModelToolCall, 'toolCallId'>;
    }
  | { readonly kind: 'say'; readonly thinking?: string; readonly text: string };

/** Decides from the last user message and from what its tools said since. */
export function decide({ messages, tools }: ModelRequest): Decision {
  const lastUserIndex = messages.findLastIndex(({ role }) => role === 'user');
  const question = messages[lastUserIndex];
  const text = question?.role === 'user' ? question.text : '';
  const intent = readIntent(text);
  const results = messages
    .slice(lastUserIndex + 1)
    .flatMap((message) => (message.role === 'tool' ? message.results : []));
  const has = (toolName: string) => tools.some(({ name }) => name === toolName);
  const last = results.at(-1);
  return last ? afterTool(intent, last, { has, text }) : firstStep(intent, has, text);
}

function firstStep(intent: Intent, has: (toolName: string) => boolean, text: string): Decision {
  if (intent.kind === 'hello')
    return { kind: 'say', thinking: 'A greeting: no tool is needed.', text: helloText(has) };
  if (intent.kind === 'help') {
    return { kind: 'say', thinking: 'The question is about me: no tool is needed.', text: capabilities(has) };
  }
  if (intent.kind === 'thanks') return { kind: 'say', text: 'You are welcome.' };
  const { toolName, arguments: input, because } = plan(intent, text);
  if (has(toolName)) {
    return {
      kind: 'call',
      thinking: `${because} I ask \`${toolName}\`.`,
      call: { toolName, arguments: input },
    };
  }
  return { kind: 'say', text: intent.kind === 'set_up_model' ? modelSetupText() : unknownText() };
}

interface Plan {
  readonly toolName: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly because: string;
}

function plan(intent: Exclude<Intent, { kind: 'hello' | 'help' | 'thanks' }>, text: string): Plan {
  switch (intent.kind) {
    case 'who_am_i':
      return { toolName: GUIDE_TOOLS.whoAmI, arguments: {}, because: 'The question is who is signed in.' };
    case 'service_status':
      return {
        toolName: GUIDE_TOOLS.serviceStatus,
        arguments: {},
        because: 'The question is about the state of this installation.',
      };
    case 'recent_refusals':
    case 'explain_latest':
      return {
        toolName: GUIDE_TOOLS.recentRefusals,
        arguments: { ...intent.filter },
        because: 'The question is about something that was refused.',
      };
    case 'explain_attempt':
      return {
        toolName: GUIDE_TOOLS.explainAttempt,
        arguments: { attempt_id: intent.attemptId },
        because: 'The question names an attempt.',
      };
    case 'why_refused':
      return searchPlan('connection refused reasons', 'The question is why a connection can be refused.');
    case 'set_up_model':
      return searchPlan('configure language model API key', 'The question is about language models.');
    case 'add_agent':
      return searchPlan('define your own agent tools', 'The question is about building an agent.');
    case 'search':
      return searchPlan(text.trim().slice(0, 200) || 'getting started', 'The documentation may know this.');
  }
}

function searchPlan(query: string, because: string): Plan {
  return { toolName: GUIDE_TOOLS.searchDocs, arguments: { query }, because };
}

function afterTool(
  intent: Intent,
  last: ModelToolResult,
  { has, text }: { has: (toolName: string) => boolean; text: string },
): Decision {
  const canExplain =
    last.ok && last.toolName === GUIDE_TOOLS.recentRefusals && has(GUIDE_TOOLS.explainAttempt);
  const attemptId = intent.kind === 'explain_latest' && canExplain ? latestRefusalId(last.value) : undefined;
  if (attemptId !== undefined) {
    return {
      kind: 'call',
      thinking: `The newest refusal is ${attemptId}. I ask \`${GUIDE_TOOLS.explainAttempt}\` why.`,
      call: { toolName: GUIDE_TOOLS.explainAttempt, arguments: { attempt_id: attemptId } },
    };
  }
  return { kind: 'say', text: answerFrom(intent, last, text) };
}
