import { startDeadline } from '../../deadline.ts';
import type { Check, Finding } from '../check.ts';
import { readAnswer, textOf } from '../read-answer.ts';
import { reasonOf } from '../reason-of.ts';

/** An answer for which nothing has to be looked up. The longest way around the world takes a third of it. */
const SLOW_MS = 1_000;
const PATIENCE_MS = 8_000;

/** Netra itself answers, not something in front of it, and at once. */
export const http: Check = {
  name: 'http',
  title: 'HTTP',
  needs: [],
  isFoundation: true,
  async run({ url, network, signal, now }) {
    const askedAtMs = now();
    const patience = startDeadline(PATIENCE_MS, signal);
    let response: Response;
    try {
      response = await network.fetch(`${url}/health/live`, { signal: patience.signal });
    } catch (cause) {
      if (signal.aborted) throw cause;
      return silentFinding(url, patience.isOver() ? undefined : reasonOf(cause));
    } finally {
      patience.release();
    }
    const { status, json, server } = await readAnswer(response);
    if (status === 200 && textOf(json, 'status') === 'ok') return slowFinding(url, now() - askedAtMs);
    const from = server === undefined ? '' : ` by ${server}`;
    const where = response.headers.get('location');
    const isRedirect = status >= 300 && status < 400;
    return {
      severity: 'error',
      message: isRedirect
        ? `The address redirects to ${where ?? 'another one'}: use that one, a handshake follows no redirect.`
        : status >= 502 && status <= 504
          ? `A proxy answers ${status}${from}: the server behind it does not run, or is not where the proxy looks.`
          : `/health/live is answered with ${status}${from}, not by Netra: the address, or the paths of a proxy, lead elsewhere.`,
      command: `curl -i ${url}/health/live`,
      evidence: [{ source: 'status', observed: String(status), expected: '200' }],
    };
  },
};

/** Something took the connection. `reason`: why it gave no answer; absent where it gave none in time. */
function silentFinding(url: string, reason: string | undefined): Finding {
  const isPlain = url.startsWith('http:');
  return {
    severity: 'error',
    message:
      reason === undefined
        ? `The port is open, and nothing answers for ${PATIENCE_MS / 1000} s: the process hangs, or it is no web server.`
        : `The port is open, and gives no HTTP answer: ${reason}.${isPlain ? ' Where it speaks TLS, the address begins with https://.' : ''}`,
    command: `curl -iv -m 10 ${url}/health/live`,
  };
}

/** The port was open at once: the system takes connections, and the process does not get to them. */
function slowFinding(url: string, tookMs: number): Finding | undefined {
  if (tookMs <= SLOW_MS) return undefined;
  return {
    severity: 'warning',
    message: `The process took ${tookMs} ms for an answer that costs nothing: it computes without giving way, or gets no CPU.`,
    command: `curl -sS -o /dev/null -w '%{time_connect} %{time_total}\n' ${url}/health/live`,
    root_cause: 'event_loop_blocked',
    evidence: [{ source: '/health/live', observed: `${tookMs} ms`, expected: `within ${SLOW_MS} ms` }],
  };
}
