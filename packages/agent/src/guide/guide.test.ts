import { describe, expect, it } from 'vitest';
import type { AgentEvent, Turn } from '../agent.ts';
import { createBuiltInModel } from '../models/built-in/built-in-model.ts';
import { ATTEMPT_ID, scriptedProbes } from '../testing/scripted-probes.ts';
import { runToEnd, turnOf } from '../testing/turns.ts';
import { createGuide } from './guide.ts';
import type { GuideProbes } from './probes.ts';

const model = createBuiltInModel({ wordDelayMs: 0 });
const OPERATOR = { userId: 'usr_2', roles: ['operator'], permissions: ['chat', 'ops:read', 'ops:write'] };

async function ask(
  text: string,
  { probes, turn }: { probes?: Partial<GuideProbes>; turn?: Partial<Turn> } = {},
) {
  const guide = createGuide({ probes: scriptedProbes(probes), model });
  const told = await runToEnd(guide, turnOf(text, turn));
  return { ...told, tools: toolsOf(told.events) };
}

function toolsOf(events: readonly AgentEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'tool_executing' ? [event.toolName] : []));
}

describe('the guide with the built-in model', () => {
  it.each([
    ['who am I?', ['who_am_i'], '**Ada**'],
    ['Whoami', ['who_am_i'], 'usr_1'],
    ["what's my e-mail and which roles do I have? show my roles", ['who_am_i'], 'ada@example.com'],
    ['What are my permissons?', ['who_am_i'], '`chat`'],
    ['Am I an operator?', ['who_am_i'], '`user`'],
    ['is everything healthy?', ['service_status'], 'Yes: all 2 checks pass.'],
    ['is evrything helthy', ['service_status'], '`database` (1 ms)'],
    ['Is the server up?', ['service_status'], '**Up for:** 3 h'],
    ['show me the status of the service', ['service_status'], 'Version:** 0.1.0'],
    ['what was refused recently?', ['recent_refusals'], ATTEMPT_ID],
    ['any errors today?', ['recent_refusals'], 'expired an hour ago'],
    ['list the latest rejected connections', ['recent_refusals'], 'One attempt of yours was refused'],
    [`explain attempt ${ATTEMPT_ID}`, ['explain_attempt'], '**Token expired**'],
    [`${ATTEMPT_ID}?`, ['explain_attempt'], '**What to do:**'],
    ['why was my connection refused?', ['recent_refusals', 'explain_attempt'], '**Token expired**'],
    [
      'why could this user not connect this morning?',
      ['recent_refusals', 'explain_attempt'],
      '**Token expired**',
    ],
    ['explain con_01JZ', ['explain_attempt'], 'I did not find connection `con_01JZ`'],
    ['explain the last refusal', ['recent_refusals', 'explain_attempt'], ATTEMPT_ID],
    ['why would a connection be refused?', ['search_docs'], '`origin_not_allowed` (HTTP 403)'],
    ['Why might a WebSocket get rejected', ['search_docs'], '`token_expired` (HTTP 401)'],
    ['how do I add my own agent?', ['search_docs'], 'defineAgent('],
    ['how can I write a bot with tools', ['search_docs'], '--agents'],
    ['how do I use OpenAI?', ['search_docs'], 'OPENAI_API_KEY='],
    ['can this run on ollama', ['search_docs'], 'http://localhost:11434/v1'],
    ['which language model are you using', ['search_docs'], 'no language model is configured'],
    [
      'what does token_expired mean?',
      ['search_docs'],
      '`token_expired` (Token expired; HTTP 401, close 3000)',
    ],
    ['what is close 3008', ['search_docs'], '`heartbeat_lost`'],
    ['how long does a token live?', ['search_docs'], '(`docs/tokens.md`): A token lives ten minutes.'],
    ['What is the capital of France?', ['search_docs'], 'I did not find anything about'],
    ['wie spät ist es?', ['search_docs'], 'I did not find anything about'],
    ['is the database up?', ['service_status'], 'Yes'],
    ['why did my connection close?', ['recent_refusals', 'explain_attempt'], ATTEMPT_ID],
    ['can I sign in with Google?', ['search_docs'], 'I did not find'],
    ['can you help me?', [], 'You can ask me:'],
    ['hello', [], 'no language model is configured'],
    ['Good morning!', [], 'Who am I?'],
    ['help', [], 'OPENAI_API_KEY'],
    ['what can you do?', [], 'You can ask me:'],
    ['thanks!', [], 'welcome'],
  ])('answers %j', async (question, tools, answer) => {
    const told = await ask(question);

    expect(told.error).toBeUndefined();
    expect(told.tools).toEqual(tools);
    expect(told.text).toContain(answer);
    if (tools.length > 0) expect(told.text).toContain(`\`${tools.at(-1)}\``);
  });

  it.each([
    [
      'why could user staging-e2e-user-001 not connect this morning?',
      { userId: 'staging-e2e-user-001', withinHours: 24 },
    ],
    ['why was user k3Jd82ksLq9 refused in the last 3 hours?', { userId: 'k3Jd82ksLq9', withinHours: 3 }],
    ['what was refused yesterday?', { withinHours: 48 }],
    ['why was I refused?', {}],
  ])('asks for whom and when %j is about', async (question, filter) => {
    const asked: unknown[] = [];
    const recentRefusals: GuideProbes['recentRefusals'] = async ({
      user: _user,
      operator: _operator,
      ...rest
    }) => {
      asked.push(rest);
      return { scope: 'all', refusals: [] };
    };
    await ask(question, { probes: { recentRefusals }, turn: { user: OPERATOR } });
    expect(asked).toEqual([filter]);
  });

  it('thinks aloud before it uses a tool', async () => {
    const { events } = await ask('who am I?');

    expect(events[0]).toEqual({ type: 'thinking', text: expect.stringContaining('`who_am_i`'), step: 1 });
  });

  it('says when nothing was refused', async () => {
    const { text, tools } = await ask('why was I refused?', {
      probes: { recentRefusals: async () => ({ scope: 'own', refusals: [] }) },
    });

    expect(tools).toEqual(['recent_refusals']);
    expect(text).toContain('No attempt of yours was refused');
  });

  it('says when an attempt is not to be found', async () => {
    expect((await ask('explain att_nothing')).text).toContain('I did not find attempt `att_nothing`');
  });

  it('names the checks that fail', async () => {
    const serviceStatus = async () => ({
      healthy: false,
      checks: [{ name: 'keys', ok: false, detail: 'too old' }],
    });

    const { text } = await ask('is everything ok?', { probes: { serviceStatus } });

    expect(text).toContain('No: 1 of 1 checks fails (`keys`).');
    expect(text).toContain('`keys`: too old');
  });

  it('admits that a tool failed, without what it threw', async () => {
    const whoAmI = () => Promise.reject(new Error('password=hunter2'));

    const { text, error } = await ask('who am I?', { probes: { whoAmI } });

    expect(error).toBeUndefined();
    expect(text).toContain('`who_am_i` did not succeed');
    expect(text).not.toContain('hunter2');
  });

  it('answers the newest message, not the ones before', async () => {
    const messages = [
      { role: 'user' as const, text: 'is everything healthy?' },
      { role: 'agent' as const, text: 'Yes.' },
      { role: 'user' as const, text: 'and who am I?' },
    ];

    expect((await ask('', { turn: { messages } })).tools).toEqual(['who_am_i']);
  });
});

describe('what the guide shows to whom', () => {
  it('asks for the user’s own refusals only', async () => {
    const { text } = await ask('what was refused recently?');
    expect(text).toContain('your own attempts only');
  });

  it('asks for everybody’s refusals for an operator', async () => {
    const { text } = await ask('what was refused recently?', { turn: { user: OPERATOR } });
    expect(text).toContain('of all users');
  });

  it('tells an operator the root cause, its whys and what was ruled out', async () => {
    const { text } = await ask(`explain ${ATTEMPT_ID}`, { turn: { user: OPERATOR } });

    expect(text).toContain('`token_stale_client` (confidence 85 %)');
    expect(text).toContain('2. Why did it send an expired token? The client kept it over night.');
    expect(text).toContain('`clock_skew`: It ended an hour before.');
    expect(text).toContain('**For the operator:**');
  });

  it('tells a user no root cause and no operator’s advice', async () => {
    const { text, events } = await ask(`explain ${ATTEMPT_ID}`);

    expect(text).not.toContain('root cause');
    expect(JSON.stringify(events)).not.toContain('operator_fix');
  });

  it('passes the user of the turn to every probe', async () => {
    const seen: string[] = [];
    const probes: Partial<GuideProbes> = {
      recentRefusals: async ({ user }) => {
        seen.push(user.userId);
        return { scope: 'own', refusals: [] };
      },
    };

    await ask('what was refused recently?', { probes });
    await ask('what was refused recently?', { probes, turn: { user: OPERATOR } });

    expect(seen).toEqual(['usr_1', 'usr_2']);
  });
});
