import { isTerminalEventType } from '@netra/protocol';
import { BEFORE_TICKET, type Check, OUTAGES } from '../check.ts';
import { DOCTOR_TEXT, deleteThread } from '../conversation.ts';
import { readAnswer, textOf } from '../read-answer.ts';
import { DoctorRefusal } from '../refusal.ts';

/** Where no WebSocket passes, the same events come as a stream over HTTP, as they happen. */
export const fallback: Check = {
  name: 'fallback',
  title: 'Events over HTTP',
  needs: ['session'],
  restsOn: OUTAGES,
  follows: [...BEFORE_TICKET, 'ticket', 'message'],
  async run(context) {
    const { url, network, signal, accessToken } = context;
    const headers = { Authorization: `Bearer ${await accessToken()}`, 'Content-Type': 'application/json' };
    const created = await readAnswer(
      await network.fetch(`${url}/v1/threads`, { method: 'POST', headers, body: '{}', signal }),
    );
    const threadId = textOf(created.json, 'thread_id');
    if (threadId === undefined) throw new DoctorRefusal(created);
    try {
      const response = await network.fetch(`${url}/v1/threads/${threadId}/runs`, {
        method: 'POST',
        headers: { ...headers, Accept: 'text/event-stream' },
        body: JSON.stringify({ text: DOCTOR_TEXT }),
        signal,
      });
      if (!response.ok || response.body === null) throw new DoctorRefusal(await readAnswer(response));
      const { last, chunks } = await readStream(response.body);
      if (last !== 'agent_completed')
        return {
          severity: 'error',
          message: `The stream ended in ${last ?? 'nothing'}, not in agent_completed.`,
          command: `netra doctor ${url} fallback`,
        };
      if (chunks > 1) return undefined;
      return {
        severity: 'warning',
        message: 'The whole stream came at once: a proxy buffers it. nginx: `proxy_buffering off;` for /v1.',
        command: `netra doctor ${url} fallback`,
      };
    } finally {
      await deleteThread(context, threadId);
    }
  },
};

/** The type of the event that ended the run, and in how many pieces the stream came. */
async function readStream(
  body: ReadableStream<Uint8Array>,
): Promise<{ last: string | undefined; chunks: number }> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  let chunks = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { last: undefined, chunks };
    chunks++;
    text += decoder.decode(value, { stream: true });
    const terminal = [...text.matchAll(/^event: ?(\w+)$/gm)]
      .map(([, type]) => type ?? '')
      .find(isTerminalEventType);
    if (terminal === undefined) continue;
    await reader.cancel();
    return { last: terminal, chunks };
  }
}
