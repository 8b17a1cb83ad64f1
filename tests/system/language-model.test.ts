import type { Message, Page, ThreadEvent } from '@netra/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type NetraProcess, startNetra } from '../kit/netra-process.ts';
import { type OpenAiServer, startOpenAiServer } from '../kit/openai-server.ts';
import { signUp } from '../kit/person.ts';

let model: OpenAiServer;
let netra: NetraProcess;

beforeAll(async () => {
  model = await startOpenAiServer();
  netra = await startNetra({ env: { OPENAI_BASE_URL: model.baseUrl, NETRA_MODEL: 'local-model' } });
});

afterAll(async () => {
  await netra.dispose();
  await model.close();
});

it('runs the same guide with the same tools on a real model protocol', async () => {
  const ada = await signUp(netra.url);
  const client = ada.client();
  const run = client.threads.draft().send('Who am I?');
  const events: ThreadEvent[] = [];
  for await (const event of run) events.push(event);
  const { text } = await run.result();

  const started = events.find((event) => event.type === 'agent_started');
  expect(started?.data.model).toContain('local-model');
  const completed = events.find((event) => event.type === 'tool_completed');
  expect(completed?.data).toMatchObject({ tool_name: 'who_am_i', ok: true });
  expect(text).toMatch(/^The tool said: /);
  expect(text).toContain(ada.email);
  expect(events.at(-1)?.data).toMatchObject({ usage: { input_tokens: expect.any(Number) } });
  client.close();
});

it('offers the model the five tools of the guide', () => {
  const names = model.requests[0]?.tools?.map((tool) => tool.function.name) ?? [];
  expect(names.sort()).toEqual([
    'explain_attempt',
    'recent_refusals',
    'search_docs',
    'service_status',
    'who_am_i',
  ]);
});

it('says in the banner which model answers', () => {
  expect(netra.output()).toContain('local-model');
});

it('ends a run in model_unavailable when the model is gone, and goes on working', async () => {
  const ada = await signUp(netra.url);
  const client = ada.client();
  await model.close();
  const run = client.threads.draft().send('Hello?');
  await expect(run.result()).rejects.toMatchObject({ code: 'model_unavailable' });
  const { thread_id } = await run.accepted;
  const { items } = (await (await ada.call(`/v1/threads/${thread_id}/messages`)).json()) as Page<Message>;
  expect(items.at(-1)).toMatchObject({ role: 'agent', status: 'partial', code: 'model_unavailable' });
  client.close();
  expect((await fetch(`${netra.url}/health/ready`)).status).toBe(200);
});
